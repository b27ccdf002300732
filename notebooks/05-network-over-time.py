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
# # The network, and how the three organisations overlapped
#
# How many states were members of two of the three organisations at the same time, year by year?

# %%
import pandas as pd

import kg

pd.set_option("display.max_colwidth", None)

graph = kg.open()
pairs = {
    "CIS and CSTO": ("cis", "csto"),
    "CIS and SCO": ("cis", "sco"),
    "CSTO and SCO": ("csto", "sco"),
}
both = pd.DataFrame({name: graph.measures.overlap(*pair)["shared"] for name, pair in pairs.items()})
graph.plot.over_time(both, unit="states", title="Members of both organisations in a year")

# %% [markdown]
# The CSTO and the SCO shared four states, five while Uzbekistan was in the CSTO (2006–2012), and five again since Belarus joined the SCO in 2024.
# Every member of the CSTO was also in the CIS.
# A state counts for a year when it was in both on some day of it.
#
# All of this counts memberships on record: a state that is in two organisations may do nothing there.

# %%
both.iloc[::4]

# %% [markdown]
# ## Which states were in two at once, and for how many days?

# %%
graph.plot.overlap("csto", "sco")

# %% [markdown]
# A shade is days of a year, so a membership that begins in December looks pale.

# %% [markdown]
# ## Which states were in all three?
#
# The named question asks it of any day.

# %%
days = ["2003-01-01", "2010-01-01", "2020-05-26", "2026-01-01"]
pd.DataFrame(
    [
        (day, ", ".join(graph.query("states-in-all-three", as_of=day).to_pandas(labels="en")["state"]))
        for day in days
    ],
    columns=["day", "members of the CSTO, the CIS and the SCO"],
)

# %% [markdown]
# ## Who was together, and for how long?
#
# From states and organisations comes a network of states alone: two are joined by the days on which they were members of the same organisation, those of all organisations added up.

# %%
graph.plot.together("memberOf")

# %% [markdown]
# Days add up, so three organisations count thrice, and who came late has fewer days however close.
# A day together is no cooperation.
# The same the other way round joins organisations by the days of the members that they shared:

# %%
graph.plot.together("memberOf", side="object")

# %% [markdown]
# ## Who had most links?
#
# The degree is with how many others somebody is linked on a day, here by membership alone.
# It grows with the record as with the world; memberships are recorded for all years, most other links are not.

# %%
degree = graph.measures.degree(from_="1992-01-01", every="year", by="memberOf")
states = ["belarus", "china", "russia", "uzbekistan"]
graph.plot.over_time(
    degree[states], unit="organisations and bodies", title="Memberships of four states on 1 January"
)

# %% [markdown]
# ## Who stands between others?
#
# Betweenness is the share of shortest ways between all pairs that lead through somebody.
# It is a share, so it moves when anybody joins; one missing link can turn it over.

# %%
between = graph.measures.betweenness(from_="1992-01-01", every="year", by="memberOf")
graph.plot.over_time(
    between[["cis", "csto", "sco"]],
    unit="share of shortest ways",
    title="Betweenness of the organisations on 1 January",
)

# %% [markdown]
# The SCO gains with each member from outside the CIS, because every way to it leads through the SCO.
# Where all links are memberships, this says who has members of its own, and nothing about influence.

# %% [markdown]
# ## Into how many parts did the network fall?
#
# A part is named after its first member; one link joins two parts, however weak it is.

# %%
days = ["1992-01-01", "2003-01-01", "2012-06-27", "2026-01-01"]
parts = graph.measures.components(as_of=days, by="memberOf")
pd.DataFrame({"parts": parts.nunique(axis=1), "entities": parts.notna().sum(axis=1)})

# %% [markdown]
# ## Which ways were open, and when?
#
# A way counts only on days on which every one of its links held.
# A network of all times would lead from Georgia to India, who never were in anything together.

# %%
ways = graph.measures.paths("georgia", "india", hops=4, by="memberOf")
len(ways)

# %%
ways = graph.measures.paths("uzbekistan", "armenia", hops=2, by="memberOf")
ways.assign(path=ways["path"].map(" – ".join))

# %% [markdown]
# ## What these numbers cannot say
#
# - They count what is on record; a link that nobody wrote down is missing.
# - Associate members, observers and partners are left out here: name other properties with `by`.
# - A membership that is only possible on a day counts; with `surely=True` it does not.
# - Who is a member of all three may do nothing in any.
#
# ## The questions that were answered
#
# - How many states were members of two of the three organisations, year by year?
# - Which states were in two at once, and for how many days?
# - Which states were in all three?
# - Who was together, and for how long?
# - Who had most links?
# - Who stands between others?
# - Into how many parts did the network fall?
# - Which ways were open, and when?
