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
# # Membership over time
#
# Which states have been members of the CSTO, and from when to when?

# %%
import kg

graph = kg.open()
graph.plot.lanes("csto", by="memberOf")

# %% [markdown]
# Six states have been members since the organisation was founded in 2002, and Uzbekistan was one from August 2006 to December 2012.
# Every period has a bar; a mark at its end says that no end is known.

# %% [markdown]
# ## Which of them were in the SCO as well?
#
# Black is every day of a year; a part of a year is written as its days.

# %%
graph.plot.overlap("csto", "sco")

# %% [markdown]
# Four states have been in both since the CSTO was founded in 2002; Uzbekistan was the fifth from August 2006 to December 2012, and Belarus is it since July 2024.

# %%
shared = graph.measures.overlap("csto", "sco", each=True)
shared.loc[["2002", "2006", "2012", "2024"]].rename(columns=dict(graph.network().nodes(data="label")))

# %% [markdown]
# ## What else bound a state, and when?

# %%
graph.plot.lanes("uzbekistan", by=["memberOf", "partyTo", "chairs"])

# %% [markdown]
# ## What does a date leave open?
#
# Where a date is only a year, the bar is hatched on the days on which it is open whether the fact held.

# %%
graph.plot.lanes("csto-pa", by=["memberOf", "observerOf"])

# %% [markdown]
# ## How many members had each?
#
# The degree of an organisation in the network of memberships is the number of its members.
# Each number is that of the first of January; a line begins where there is the first member on that day.

# %%
members = graph.measures.degree(from_="1992-01-01", every="year", by="memberOf")
graph.plot.over_time(
    members[["cis", "csto", "sco"]],
    unit="members on 1 January",
    title="Members of the three organisations",
)

# %%
members[["cis", "csto", "sco"]].iloc[::4]

# %% [markdown]
# ## Who was together, and for how long?
#
# Two states are linked when they were members of the same organisation at the same time.
# The weight is the days, those of all organisations added up; a day together is no cooperation yet.

# %%
together = graph.measures.projection("memberOf")
together["armenia"]["uzbekistan"]

# %% [markdown]
# The same as ways: each row is a period in which all links of the way held.
# In an ordinary network of all times Uzbekistan would still meet Armenia in the CSTO.

# %%
graph.measures.paths("uzbekistan", "armenia", hops=2, by="memberOf")

# %% [markdown]
# ## The questions that were answered
#
# - Which states have been members of the CSTO, and from when to when?
# - Which of them were in the SCO as well?
# - What else bound a state, and when?
# - What does a date leave open?
# - How many members had each?
# - Who was together, and for how long?
