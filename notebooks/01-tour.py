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
# Which states are in the CSTO and in the SCO at the same time, and since when?

# %%
import kg

graph = kg.open()
graph.plot.overlap("csto", "sco")

# %% [markdown]
# Five today: Kazakhstan, Kyrgyzstan, Russia and Tajikistan since the CSTO was founded, Belarus since July 2024.
# Uzbekistan was in both from August 2006 to December 2012.
# Black is every day of a year; a part of a year is written as its days.
#
# `kg.open()` opens the graph that comes with the package, so this notebook runs from any folder.
# Each section asks one question and answers it.

# %% [markdown]
# ## Who is in the CSTO now?
#
# Any SPARQL will do, and the usual prefixes are declared: `:` for the ontology, `id:` for entities.
# A plain pattern answers for the day on which the data are current.
# `labels` calls entities by their names; without it they are called by their ids.

# %%
now = graph.query("SELECT ?state { ?state :memberOf id:csto } ORDER BY ?state")
now.to_pandas(labels="en")

# %% [markdown]
# The graph also carries named questions, with parameters; here are some.

# %%
import pandas as pd

pd.set_option("display.max_colwidth", None)
asked = ["members", "membership-history", "evidence", "disputed", "proposals", "status-history"]
pd.DataFrame(
    [(name, graph.questions[name].text) for name in asked], columns=["question", "what it asks"]
)

# %% [markdown]
# ## Who was in it then?
#
# `as_of` asks the same question of another day.
# Nothing in the query changes.

# %%
days = ["2005-01-01", "2012-06-27", "2012-12-19"]
then = {
    day: set(graph.query("members", organization="csto", as_of=day).to_pandas(labels="en")["state"])
    for day in days
}
states = sorted(set.union(*then.values()))
pd.DataFrame(
    {day: ["member" if state in then[day] else "" for state in states] for day in days},
    index=states,
)

# %% [markdown]
# Uzbekistan is a member on 27 June 2012 and no longer on 19 December 2012.
# A period is half open: the day it ends on is the first on which the fact no longer holds.

# %% [markdown]
# ## When was Uzbekistan bound by the treaty?
#
# The Collective Security Treaty bound Uzbekistan twice, and both periods survive.

# %%
graph.plot.lanes("uzbekistan", by=["partyTo", "memberOf"])

# %% [markdown]
# In SPARQL each statement has a graph of its own, named after it.

# %%
graph.query("""
    SELECT ?statement ?start ?end {
      GRAPH ?statement { id:uzbekistan :partyTo id:collective-security-treaty }
      ?statement kg:start ?start .
      OPTIONAL { ?statement kg:end ?end }
    } ORDER BY ?start
""").to_pandas()

# %% [markdown]
# ## Who says so?
#
# `why` returns the statements behind a fact, each with its references.
# A reference names the source, the place in it, and the row of the table that holds it.

# %%
graph.why("armenia", "memberOf", "csto")

# %% [markdown]
# ## What if the sources disagree?
#
# The report of 26 May 2020 calls Serbia an observer of the CSTO.
# Serbia was an observer of the Parliamentary Assembly of the CSTO only.
# The graph keeps both statements and says which one counts.

# %%
serbia = graph.why("serbia", "observerOf")
serbia

# %% [markdown]
# A question is answered by the statement that counts.

# %%
day = "2020-05-26"
pd.DataFrame(
    [
        ("the CSTO", bool(graph.query("ASK { id:serbia :observerOf id:csto }", as_of=day))),
        (
            "its Parliamentary Assembly",
            bool(graph.query("ASK { id:serbia :observerOf id:csto-pa }", as_of=day)),
        ),
    ],
    columns=["Serbia was an observer of", "on 26 May 2020"],
)

# %% [markdown]
# ## What was proposed on 26 May 2020?
#
# The foreign ministers of the CSTO met on that day.
# Each proposal is found in the report by its paragraph; what a speaker only announced is told apart.

# %%
proposals = graph.query("proposals", meeting="csto-cfm-2020-05-26").to_pandas(labels="en")
proposals[["initiative", "how", "proposer", "source", "locator"]]

# %% [markdown]
# What became of them stands in the notebook on the initiatives.

# %% [markdown]
# ## Who is linked most?
#
# `network` returns a networkx `MultiDiGraph`, here with what held on the day of the meeting.
# Nodes are entities and edges are statements; who is recorded with more care has more of them.

# %%
network = graph.network(as_of="2020-05-26")
degree = pd.Series(dict(network.degree()), name="facts").sort_values(ascending=False, kind="stable")
degree.head(10).rename(index=dict(network.nodes(data="label"))).to_frame()

# %% [markdown]
# Without a date the network holds all times.
# Two periods are then two edges between the same two nodes.

# %%
bonds = graph.network()["uzbekistan"]["collective-security-treaty"]
pd.DataFrame(bonds.values(), index=list(bonds))[["label", "start", "end", "at", "status"]]

# %% [markdown]
# ## What does it look like?
#
# `graph.view()` gives one page that needs no network: a notebook shows it when it is last in a cell, and `.save("page.html")` writes it to a file.
# It opens at the date asked for, and can be moved to any other.
# Here is its first picture, which needs no scripts.

# %%
from IPython.display import SVG

page = graph.view(as_of="2020-05-26")
SVG(page.svg.replace('width="1100"', 'width="100%"'))

# %% [markdown]
# ## The questions that were answered
#
# - Which states are in the CSTO and in the SCO at the same time, and since when?
# - Who is in the CSTO now?
# - Who was in it then?
# - When was Uzbekistan bound by the treaty?
# - Who says so?
# - What if the sources disagree?
# - What was proposed on 26 May 2020?
# - Who is linked most?
# - What does it look like?
