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
# Which states are in the CSTO and in the SCO, and since when?

# %%
import kg

graph = kg.open()
graph.plot.overlap("csto", "sco")

# %% [markdown]
# Four states have been in both since the CSTO was founded in 2002; Uzbekistan was the fifth from August 2006 to December 2012, and Belarus is it since July 2024.
# Black is every day of a year; a part of a year is written as its days.

# %%
shared = graph.measures.overlap("csto", "sco", each=True)
shared.loc[["2002", "2006", "2012", "2024"]]

# %%
assert shared.loc["2006", "uzbekistan"] == 16 + 30 + 31 + 30 + 31
assert shared.loc["2013":, "uzbekistan"].sum() == 0
assert shared.loc["2023", "belarus"] == 0 < shared.loc["2024", "belarus"]

# %% [markdown]
# ## Who came and went?
#
# Every period has a bar; two periods of one fact share a lane.
# Where a date is only a year, the bar is hatched on the days on which it is open whether the fact held.

# %%
graph.plot.lanes("uzbekistan", by=["memberOf", "partyTo", "chairs"])

# %%
graph.plot.lanes("csto-pa", by=["memberOf", "observerOf"])

# %% [markdown]
# ## How many members had each?
#
# The degree of an organisation in the network of memberships is the number of its members.
# A row is a day, the first of January here; a missing cell says that there was no member on it.

# %%
members = graph.measures.degree(from_="1992", every="year", by="memberOf")
members[["cis", "csto", "sco"]].iloc[::4]

# %%
assert members.loc["2008-01-01", ["csto", "sco"]].tolist() == [7, 6]

# %% [markdown]
# ## Who was together, and for how long?
#
# Two states are linked when they were members of the same organisation at the same time.
# The weight is the days, those of all organisations added up; a day together is no cooperation yet.

# %%
together = graph.measures.projection("memberOf")
together["armenia"]["uzbekistan"]

# %%
assert together["armenia"]["uzbekistan"]["shared"]["csto"] == 2317

# %% [markdown]
# The same as ways: each row is a period in which all links of the way held.
# In an ordinary network of all times Uzbekistan would still meet Armenia in the CSTO.

# %%
graph.measures.paths("uzbekistan", "armenia", hops=2, by="memberOf")
