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
# # The initiatives of 26 May 2020
#
# What became of the nine initiatives that the foreign ministers of the CSTO heard on 26 May 2020?

# %%
import kg

graph = kg.open()
statuses = graph.query("status-history")
graph.plot.result(
    statuses, label="initiative", inside="label", title="Status of the nine initiatives on record"
)

# %% [markdown]
# One is completed and one is adopted; six are in progress as far as the record goes, and of one nobody says what became of it.
# A bar that goes on says that no end is known, and not that somebody looked today: the last sources stand in the table below.

# %% [markdown]
# ## Who proposed what, and where does it say so?
#
# All nine are in one report of the day; what was only announced is told apart from what was proposed.

# %%
import pandas as pd

pd.set_option("display.max_colwidth", None)
proposals = graph.query("proposals", meeting="csto-cfm-2020-05-26").to_pandas(labels="en")
proposals[["initiative", "how", "proposer", "source", "locator"]]

# %% [markdown]
# ## What is the evidence for each status?
#
# A statement has an id, by which SPARQL finds it, and each of its references a source, whose title and address stand in `graph.sources()`.
# `newest` is the day on which the newest source of a status appeared: after it nothing is said.
# What was only seen on one day has neither a beginning nor an end on record.

# %%
evidence = graph.query("""
    SELECT ?initiative ?status ?start ?end ?at ?statement ?source ?published ?locator ?note {
      ?statement rdf:subject ?initiative ; rdf:predicate :hasStatus ; rdf:object ?status ;
        kg:rank ?rank ; prov:wasDerivedFrom ?reference .
      FILTER (?rank != kg:Deprecated)
      ?reference prov:hadPrimarySource ?source .
      OPTIONAL { ?statement kg:start ?since }
      OPTIONAL { ?statement kg:startText ?start }
      OPTIONAL { ?statement kg:endText ?end }
      OPTIONAL { ?statement kg:at ?at }
      OPTIONAL { ?source dcterms:issued ?published }
      OPTIONAL { ?reference kg:locator ?locator }
      OPTIONAL { ?reference kg:note ?note }
    } ORDER BY ?initiative ?since ?statement STR(?published) ?source ?locator STR(?note)
""").to_pandas(labels="en")


def joined(cells):
    """Return the different values of a column, in their order."""
    return "; ".join(dict.fromkeys(str(one) for one in cells.dropna()))


by_status = evidence.groupby(["initiative", "status", "statement"], sort=False)
by_status.agg(
    since=("start", joined),
    until=("end", joined),
    seen_on=("at", lambda cells: joined(cells.dt.strftime("%Y-%m-%d"))),
    newest=("published", lambda cells: max(map(str, cells.dropna()))),
    sources=("source", joined),
)

# %% [markdown]
# ## What followed, and when?
#
# A mark is a meeting, a document, a body or an operation that followed on an initiative.

# %%
followed = graph.query("initiative-follow-up")
graph.plot.result(
    followed,
    at="day",
    label="initiative",
    title="What followed on the initiatives, where it has a day",
)

# %%
steps = followed.to_pandas(labels="en")
steps[["initiative", "step", "day"]]

# %% [markdown]
# That something followed does not say that it came about through the initiative.

# %% [markdown]
# ## What is disputed?
#
# Of the nine, no source on record contradicts another about a status.

# %%
nine = set(graph.query("proposals", meeting="csto-cfm-2020-05-26").to_pandas()["initiative"])
disputed = graph.query("disputed").to_pandas()
disputed[disputed["subject"].isin(nine)]

# %% [markdown]
# The same report is contradicted elsewhere: it calls observers of the Parliamentary Assembly observers of the CSTO.

# %%
report = graph.query("disputed").to_pandas(labels="en")
report[disputed["source"] == "src:tass-2020-05-26"][["subject", "predicate", "object", "note"]]

# %% [markdown]
# ## What is unknown, or our own reading?
#
# The references say it in their notes.

# %%
notes = evidence.dropna(subset=["note"])
notes[["initiative", "status", "statement", "source", "note"]].reset_index(drop=True)

# %% [markdown]
# Nothing is on record as following on these:

# %%
pd.DataFrame({"initiative": sorted(set(proposals["initiative"]) - set(steps["initiative"]))})

# %% [markdown]
# These steps have no day of their own on record:

# %%
steps[steps["day"].isna()][["initiative", "step"]].reset_index(drop=True)

# %% [markdown]
# ## The questions that were answered
#
# - What became of the nine initiatives?
# - Who proposed what, and where does it say so?
# - What is the evidence for each status?
# - What followed, and when?
# - What is disputed?
# - What is unknown, or our own reading?
