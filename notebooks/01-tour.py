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
# # A tour of the graph
#
# Each section asks one question and answers it.
# `kg.open()` opens the graph that comes with the package, so this notebook runs from any folder.
# A cell with `assert` says what to expect, and fails if the data no longer say so.

# %%
import re

import pandas as pd

import kg

graph = kg.open()
graph

# %% [markdown]
# ## Who is in the CSTO now?
#
# Any SPARQL will do, and the usual prefixes are declared: `:` for the ontology, `id:` for entities.
# A plain pattern answers for the day on which the data are current.

# %%
now = graph.query("SELECT ?state { ?state :memberOf id:csto } ORDER BY ?state").to_pandas()
now

# %% [markdown]
# The graph also carries named questions, with parameters.

# %%
pd.DataFrame(
    [(name, question.text) for name, question in graph.questions.items()],
    columns=["question", "what it asks"],
)

# %%
members = graph.query("members", organization="csto").to_pandas()
members

# %%
assert list(members["state"]) == list(now["state"])
assert "uzbekistan" not in set(now["state"])

# %% [markdown]
# ## Who was in it then?
#
# `as_of` asks the same question of another day.
# Nothing in the query changes.

# %%
days = ["2005-01-01", "2012-06-27", "2012-12-19"]
then = {
    day: set(graph.query("members", organization="csto", as_of=day).to_pandas()["state"])
    for day in days
}
states = sorted(set.union(*then.values()))
pd.DataFrame({day: [state in then[day] for state in states] for day in days}, index=states)

# %% [markdown]
# Uzbekistan is a member on 27 June 2012 and no longer on 19 December 2012.
# A period is half open: the day it ends on is the first on which the fact no longer holds.

# %%
assert then["2012-06-27"] - then["2005-01-01"] == {"uzbekistan"}
assert then["2012-12-19"] == then["2005-01-01"]

# %% [markdown]
# ## When was Uzbekistan bound by the treaty?
#
# The Collective Security Treaty bound Uzbekistan twice.
# Each statement has a graph of its own, named after it, so both periods survive.

# %%
periods = graph.query("""
    SELECT ?start ?end {
      GRAPH ?statement { id:uzbekistan :partyTo id:collective-security-treaty }
      ?statement kg:start ?start .
      OPTIONAL { ?statement kg:end ?end }
    } ORDER BY ?start
""").to_pandas()
periods

# %%
assert [(str(row.start.date()), str(row.end.date())) for row in periods.itertuples()] == [
    ("1992-05-15", "1999-04-20"),
    ("2006-08-16", "2012-12-19"),
]

# %% [markdown]
# The named question `membership-history` lists every membership of a state in the same way.
# It also shows what is deprecated: a source says so, and a better one contradicts it.

# %%
graph.query("membership-history", state="uzbekistan").to_pandas()

# %% [markdown]
# ## Who says so?
#
# `why` returns the statements behind a fact, each with its references.
# A reference names the source, the place in it, and the row of the table that holds it.

# %%
reasons = graph.why("armenia", "memberOf", "csto")
reasons

# %%
[statement] = reasons.statements
assert statement.start == "2002-10-07"
assert ("tass-2020-05-26", "¶15") in {(r.source, r.locator) for r in statement.references}

# %% [markdown]
# ## What if the sources disagree?
#
# The report of 26 May 2020 calls Serbia an observer of the CSTO.
# Serbia was an observer of the Parliamentary Assembly of the CSTO only.
# The graph keeps both statements and says which one counts.

# %%
serbia = graph.why("serbia", "observerOf")
serbia

# %%
assert [(s.object, s.rank) for s in serbia.statements] == [
    ("csto", "deprecated"),
    ("csto-pa", "normal"),
]
assert not graph.query("ASK { id:serbia :observerOf id:csto }", as_of="2020-05-26")
assert graph.query("ASK { id:serbia :observerOf id:csto-pa }", as_of="2020-05-26")

# %% [markdown]
# ## What was proposed on 26 May 2020?
#
# The foreign ministers of the CSTO met on that day.
# Each proposal is found in the report by its paragraph; what a speaker only announced is told apart.

# %%
proposals = graph.query("proposals", meeting="csto-cfm-2020-05-26").to_pandas()
proposals[["label", "how", "proposer", "source", "locator"]]

# %%
assert proposals["how"].value_counts().to_dict() == {":proposed": 7, ":announced": 2}
assert set(proposals["proposer"]) == {"lavrov"}
assert proposals["locator"].str.startswith("¶").all()

# %% [markdown]
# ## Who is linked most?
#
# `network` returns a networkx `MultiDiGraph`, here with what held on the day of the meeting.
# Nodes are entities and edges are statements.

# %%
network = graph.network(as_of="2020-05-26")
degree = pd.Series(dict(network.degree()), name="facts").sort_values(ascending=False)
degree.head(10).to_frame()

# %%
assert degree.index[0] == "csto"

# %% [markdown]
# Without a date the network holds all times.
# Two periods are then two edges between the same two nodes.

# %%
everything = graph.network()
bonds = everything["uzbekistan"]["collective-security-treaty"]
pd.DataFrame(bonds.values(), index=list(bonds))[["label", "start", "end", "at", "status"]]

# %%
bound = sorted((b["start"], b["end"]) for b in bonds.values() if b["predicate"] == "partyTo")
assert bound == [("1992-05-15", "1999-04-20"), ("2006-08-16", "2012-12-19")]

# %% [markdown]
# ## What does it look like?
#
# The page needs no network, and `.save("page.html")` writes it to a file.
# It opens at the date asked for, and can be moved to any other.

# %%
page = graph.view(as_of="2020-05-26")
page

# %%
assert not re.search(r'(src|href)\s*=\s*["\']?(https?:)?//', page.html)

# %% [markdown]
# ## The questions that were answered
#
# - Who is in the CSTO now?
# - Who was in it then?
# - When was Uzbekistan bound by the treaty?
# - Who says so?
# - What if the sources disagree?
# - What was proposed on 26 May 2020?
# - Who is linked most?
# - What does it look like?
