# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Published tables and the record
#
# The CIA World Factbook lists for every state the organisations it belongs to.
# Three extracts of that list come with the package, as published, errors included.
# `graph.compare` holds the record against each of them, fact by fact.
# This notebook shows where the two differ, and which source decides.

# %%
import io

import pandas as pd
from IPython.display import SVG

import kg
from kg.project import shipped

pd.set_option("display.max_colwidth", None)

graph = kg.open()
folder = shipped() / "data" / "comparisons"
tables = {
    "annual editions": "cia-world-factbook-editions-1990-2025.csv",
    "dated copies": "cia-world-factbook-weekly-2015-2026.csv",
    "appendix of January 2020": "cia-world-factbook-appendix-b-2020.csv",
}
reports = {
    name: graph.compare(
        folder / file,
        subject="state",
        object="organisation",
        status="status",
        first="from",
        last="to",
        mapping_files=[folder / "factbook.csv"],
    )
    for name, file in tables.items()
}

# %% [markdown]
# ## How much agrees?
#
# A table is compared in the units in which it counts: years, days, or one month.
# A fact is one state, one organisation and one status, through an unbroken run of such units.

# %%
pd.DataFrame({name: report.counts for name, report in reports.items()}).T

# %%
editions = reports["annual editions"]
assert (editions.counts["agree"], len(editions)) == (36, 65)

# %% [markdown]
# ## Where does the Factbook say one thing and the record another?
#
# Here are the annual editions.
# `status` is the Factbook's word; `statements` is what the record holds in those years.

# %%
facts = editions.to_pandas()
differ = facts[facts["verdict"] == "disagree"].reset_index(drop=True)
differ[["object", "subject", "period", "status", "statements"]]

# %%
assert set(differ["subject"]) == {
    "afghanistan", "belarus", "india", "iran", "pakistan", "turkmenistan", "ukraine"
}

# %% [markdown]
# ## Which source decides?
#
# A yearbook repeats what it said the year before, and cites nobody.
# The record names a source for each end of each period.
# For each pair that differs this is the source that settles it, and why.

# %%
decides = {
    ("turkmenistan", "cis"): (
        "kremlin-glossary-cis",
        "It signed the protocol of 1991 and never ratified the Charter, so it was no member.",
    ),
    ("ukraine", "cis"): (
        "cis-member-table",
        "It founded the CIS and never ratified the Charter. The Factbook says so itself since 2010.",
    ),
    ("azerbaijan", "cis"): (
        "azerbaijan-cis",
        "The heads of state admitted it on 24 September 1993.",
    ),
    ("uzbekistan", "csto"): (
        "tass-2012-12-19",
        "The council of the CSTO suspended its membership on 19 December 2012.",
    ),
    ("afghanistan", "sco"): (
        "pajhwok-2012-06-07",
        "It became an observer on 7 June 2012 and stayed one until 2025.",
    ),
    ("belarus", "sco"): (
        "kremlin-2024-07-04",
        "The heads of state admitted on 4 July 2024 a state that had been an observer.",
    ),
    ("india", "sco"): ("tass-2017-06-09", "The summit of Astana admitted it on 9 June 2017."),
    ("pakistan", "sco"): ("tass-2017-06-09", "The summit of Astana admitted it on 9 June 2017."),
    ("iran", "sco"): ("sputnik-2023-07-04", "The summit of 4 July 2023 admitted it."),
}

rows = []
for verdict in editions.verdicts:
    if verdict.verdict in {"disagree", "only-table"}:
        name, why = decides[verdict.subject, verdict.object]
        cited = {r.source for s in verdict.statements for r in s.references}
        assert name in cited, f"{name} is no source of the record for {verdict.triple}"
        source = editions.history.sources[name]
        rows.append(
            {
                "the Factbook says": f"{' '.join(verdict.triple)}, {verdict.period}",
                "what settles it": why,
                "source": f"{source.title} ({source.publisher})",
                "published": source.published or "not dated",
                "address": source.url,
            }
        )
pd.DataFrame(rows)

# %% [markdown]
# Nine pairs, ten facts.
# Eight pairs are settled by a report of the day or by an official page.
# For Ukraine the record has only a table of an encyclopedia and a news agency.

# %%
assert len(rows) == 10
assert {(v.subject, v.object) for v in editions.verdicts if v.verdict == "only-table"} == {
    ("azerbaijan", "cis"),
    ("uzbekistan", "csto"),
}

# %% [markdown]
# ## What does it look like?
#
# Each lane has two bars.
# The upper bar is the Factbook: the years whose edition lists the state, hatched where the record says otherwise.
# The lower bar is the record: its periods, to the day.
# A letter in each bar says the status, so that the figure can be printed in grey.

# %%
COLOURS = {  # the palette of Okabe and Ito, made for every kind of colour vision
    "memberOf": ("M member", "#0072B2"),
    "associateMemberOf": ("A associate member", "#56B4E9"),
    "participatingStateOf": ("S participating state", "#009E73"),
    "observerOf": ("O observer", "#E69F00"),
    "dialoguePartnerOf": ("D dialogue partner", "#D55E00"),
    "partnerOf": ("P partner", "#CC79A7"),
}
LANES = [*decides, ("georgia", "cis"), ("belarus", "csto"), ("nepal", "sco")]
LANES.sort(key=lambda lane: (lane[1], lane[0]))
LAST = 2026

record = graph.query("""
    SELECT ?state ?status ?organisation ?start ?end {
      ?st rdf:subject ?state ; rdf:predicate ?status ; rdf:object ?organisation ;
          kg:start ?start .
      OPTIONAL { ?st kg:end ?end }
      FILTER NOT EXISTS { ?st kg:rank kg:Deprecated }
      FILTER NOT EXISTS { ?st kg:disputedBy ?better }
    } ORDER BY ?state ?start
""")


def years(day):
    """Return a day as a number of years, for the axis."""
    year, month, number = map(int, day.split("-"))
    return year + (month - 1) / 12 + (number - 1) / 365


bars = []
for lane, (state, organisation) in enumerate(LANES):
    for one in facts.itertuples():
        if (one.subject, one.object) == (state, organisation) and one.verdict != "only-record":
            differs = one.verdict != "agree"
            bars.append((lane, "Factbook", one.predicate, int(one.first), int(one.last) + 1, differs))
    for subject, status, to, start, end in record.rows:
        name = status.removeprefix(":")
        if (subject, to) == (state, organisation) and name in COLOURS:
            bars.append((lane, "record", name, years(start), years(end) if end else LAST, False))

# %%
import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Patch

# Text stays text, and the same data give the same picture.
matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "kg", "hatch.linewidth": 0.8}

figure = Figure(figsize=(9.5, 7.6), layout="constrained")
axes = figure.subplots()
for lane, side, status, first, last, differs in bars:
    axes.broken_barh(
        [(first, last - first)],
        (lane - 0.37 if side == "Factbook" else lane + 0.03, 0.34),
        facecolor=COLOURS[status][1],
        edgecolor="#000000" if side == "Factbook" else "#FFFFFF",
        hatch="////" if differs else None,
        linewidth=0.7,
    )
    if last - first > 0.3:
        middle = lane - 0.2 if side == "Factbook" else lane + 0.2
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        letter = COLOURS[status][0][0]
        axes.text((first + last) / 2, middle, letter, ha="center", va="center_baseline", size=6, bbox=box)
axes.set_yticks(range(len(LANES)), [f"{s.capitalize()} in the {to.upper()}" for s, to in LANES])
axes.set_ylim(len(LANES) - 0.5, -0.5)
axes.set_xlim(1991, LAST)
axes.set_xticks(range(1995, LAST, 5))
axes.set_xlabel("year: of the edition above, of the date below")
TITLE = "Standing of states: the Factbook (upper bars) and the record (lower bars)"
axes.set_title(TITLE)
axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
axes.set_axisbelow(True)
handles = [Patch(facecolor=colour, label=label) for label, colour in COLOURS.values()]
handles.append(Patch(facecolor="#FFFFFF", edgecolor="#000000", hatch="////", label="differs"))
figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
axes.annotate(
    "Sources: CIA World Factbook, editions of 1990 to 2025 (public domain); sources of the record",
    (0, -0.12),
    xycoords="axes fraction",
    fontsize=8,
)
drawing = io.BytesIO()
figure.savefig(drawing, format="svg", metadata={"Date": None, "Title": TITLE})
SVG(drawing.getvalue())

# %% [markdown]
# ## What does each side lack?
#
# The Factbook never lists twelve of the dialogue partners of the SCO, and Turkey two years late.
# It also leaves states out of single editions.

# %%
lacking = facts[facts["verdict"] == "only-record"]
lacking.groupby(["object", "predicate"])["subject"].agg(
    lambda names: ", ".join(sorted(set(names)))
).to_frame("only in the record")

# %%
partners = lacking[lacking["predicate"] == "dialoguePartnerOf"]
assert len(set(partners["subject"]) - {"turkey"}) == 12

# %% [markdown]
# ## Does the Factbook agree with itself?
#
# The three extracts come from one publisher, and still tell three ends of the same membership.

# %%
pd.DataFrame(
    [
        (name, verdict.period, verdict.verdict)
        for name, report in reports.items()
        for verdict in report.verdicts
        if (verdict.subject, verdict.object) == ("uzbekistan", "csto")
        and verdict.verdict != "only-record"
    ],
    columns=["extract", "Uzbekistan in the CSTO", "verdict"],
)

# %% [markdown]
# In the appendix of January 2020 Afghanistan has two statuses at once.

# %%
appendix = reports["appendix of January 2020"].to_pandas()
twice = appendix[(appendix["subject"] == "afghanistan") & (appendix["object"] == "sco")]
twice[["predicate", "status", "rows", "verdict"]]

# %% [markdown]
# ## Whole facts with their sources
#
# The report prints every difference with the references of the record, as `kg compare` does.
# Here is the end of it for one fact.

# %%
text = str(editions)
start = text.index("uzbekistan memberOf csto  2015")
print(text[start : text.index("\n\n", start)])

# %% [markdown]
# ## What follows
#
# - The two agree on most facts: 36 of 65 in the annual editions.
# - Where they differ on a date, a report of the day decides, and it is on the side of the record.
# - The Factbook keeps a status for years after it ended: Uzbekistan in the CSTO, India and Iran as observers of the SCO.
# - It has no word for the partners that the SCO has had since September 2025.
# - Ukraine and Turkmenistan are a matter of terms: whether a founder without the Charter is a member.
# - The record is weakest there too: its claim about Ukraine rests on an encyclopedia.
# - A missing edition is an omission, and no evidence of an absence.
#
# ## The questions that were answered
#
# - How much agrees?
# - Where does the Factbook say one thing and the record another?
# - Which source decides?
# - What does it look like?
# - What does each side lack?
# - Does the Factbook agree with itself?
