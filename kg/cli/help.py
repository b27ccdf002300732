"""Help: what `kg --help` and `kg COMMAND --help` say beyond the list of options."""

DESCRIPTION = """\
Who was what, when, and says who?

Builds a knowledge graph from hand-curated, sourced, dated rows, and answers questions about it as
of any date.
"""
EPILOG = """\
examples:
  kg init my-club
  kg build
  kg query members -p organization=csto --as-of 2009-01-01
  kg query 'SELECT ?s { ?s :memberOf id:csto }' --as-of 2012-06-27
  kg why uzbekistan memberOf csto
  kg diff HEAD~1

exit codes:
  0 fine · 1 the data are wrong, or differ · 2 the command was wrong · 3 unreadable input
  4 store damaged or locked · 5 a limit was hit · 6 the remote end failed · 70 a fault of kg itself
"""
BEGIN = """\
Who was what, when, and says who?

to start with:
  kg init NAME     begin a project of your own
  kg build         check it, build the graph and draw it: build/graph.html
  kg query         list the questions; kg query NAME asks one, as of any date
  kg why ID        show the statements about an entity, and who says so
  kg view          write the page of a date, or of a part of the graph

kg help shows all commands, kg help COMMAND what one does and its options.
"""
INIT = """\
Write the first files of a project of your own into the folder NAME, which must be new or empty.

It builds and validates as it is: four invented facts from two sources, a property of each kind, a
question, a rule and a shape, and a README that says how to go on. On a terminal, what the options
leave open is asked; elsewhere, and with --quiet, the defaults are taken.

With --from the facts are the rows of a table, or the links of another file; its suffix says which.
The options name columns of a table, as in kg compare; of another Wikibase than Wikidata --start,
--end and --at name properties. What cannot be taken over is counted, each kind with the place where
it first stands.
"""
WISHES = {
    "title": ("TEXT", "what it is about, in one line; default: its name"),
    "base": (
        "URL",
        "with this all names begin, best one of your own; default: https://example.org/NAME/",
    ),
    "languages": (
        "TAGS",
        "the languages of labels, such as en,fr, that of the dataset first; default: en",
    ),
    "issued": ("DAY", "the day for which the facts are current; default: today"),
}
INIT_EXAMPLES = """\
examples:
  kg init my-club
  kg init mine --from companies.ftm.json
  kg init my-club --title 'Clubs of my town' --base https://my-town.example/clubs/ --languages en,fr
  kg init mine --from table.csv --subject state --object body --predicate joined --at year
  kg init mine --from table.csv --subject state --object body --predicate 'member of' --year year
"""
BUILD = """\
Validate, infer, store and draw: build/graph.html, build/graph.trig and the store.

Of more than 50,000 statements it leaves build/graph.nq.gz and the store.

What a build makes stands in build/generation-*/, and build/kg.json names it; the files above are
those of the current one. The one before stays, for those who have it open and for --rollback.

With Apache Spark they leave shards, build/shards-*/*.nq.gz, the same statements as N-Quads;
findings are in build/findings/*.jsonl. All machines must see the project under the same path.
"""
BUILD_EXAMPLES = """\
examples:
  kg build
  kg build --rollback
  kg build --engine spark
  kg build --engine spark://head:7077
"""
QUERY = """\
Ask a named question, SPARQL text or @FILE; without an argument list the questions.

Prefixes are declared: `:` the ontology, id: entities, src: sources, st: statements, kg: and the
usual ones. A parameter takes an id, an IRI, or a name in any language: label, alias or code.
"""
QUERY_EXAMPLES = """\
examples:
  kg query
  kg query proposals -p meeting=csto-cfm-2020-05-26
  kg query members -p organization="Collective Security Treaty Organization"
  kg query 'SELECT ?s { ?s :memberOf id:sco }' --as-of 2016 --format csv
  kg query @mine.rq --known-by 2020-12-31
"""
WHY = """\
Show the statements behind a fact, or about an entity: who says so, and what follows from what.

Entities and properties go by ids, IRIs or names in any language: labels, aliases and codes. What
fits several is refused, with all of them.

As of a date or in a span it is what can be true then, also what does not count, and "left open"
says of each what lets it hold on some days and not surely on all; with --surely it is what counts
and must be true on every day.
"""
WHY_EXAMPLES = """\
examples:
  kg why armenia memberOf csto
  kg why Армения "member of" ОДКБ
  kg why serbia --as-of 2020-05-26 --format json
  kg why georgia memberOf cis --as-of 1993-12
  kg why georgia --from 1994 --to 2008 --surely
  kg why lavrov proposed --archive texts
"""
AUDIT = """\
Show where the record contradicts itself or rests on little, with the sources of each side.

kinds of findings:
  dates          the same fact with different dates
  rejected       claims that do not count, without a rival of the same fact
  disjoint       pairs of facts that exclude each other, at the same time
  functional     several at a time where there can be only one
  outside        attestations outside every known period, or that fit several
  foretold       ends that no source is late enough to have reported
  unconfirmed    present states that no source has confirmed since (with --since)
  undecided      facts that can be true in a date, but need not be throughout it (with --as-of)
  miscounted     lists of which more or fewer are known than a source counts
  uncounted      lists of which nobody says that all is known
  ending         present states that end by a date (with --ending-by)
  most-asked     facts of one publisher, about what most questions ask
  party          facts for which only a party to the matter vouches
  one-publisher  facts with several sources, all of one publisher
  single-source  facts with a single source
"""
AUDIT_EXAMPLES = """\
examples:
  kg audit
  kg audit csto --since 2024 --format markdown
  kg audit cis --kind undecided --as-of 1993-12
  kg audit --kind uncounted --kind ending --ending-by 2027-03
  kg audit --kind dates --kind disjoint --fail-on disjoint
"""
# The same as in `reports/weaknesses`, which the help must not wait for.
AUDIT_KINDS = tuple(
    line.split()[0] for line in AUDIT.partition("findings:\n")[2].splitlines() if line
)
# Of a table that others made: what its columns say.
COLUMNS = {
    "subject": "the column of subjects (default: subject)",
    "object": "the column of objects (default: object)",
    "predicate": "the property that the whole table is about",
    "status": "or the column that says it row by row, through --map, its name or its label",
    "start": "of rows with half-open periods: the column of their first day",
    "end": "and that of the first day without it, or of the month or year of its last day",
    "first": "or the column of the first year, month or day for which the table says it",
    "last": "and the column of the last one; both are included, an empty cell is open",
    "at": "or the column of a single date",
}
# And what they can say besides in a table that becomes a project.
TABLE = COLUMNS | {
    "status": "or the column that says it row by row",
    "year": "or the column of the year, of a table with a row for each year: years that follow on "
    "each other are one period; the same as --first and --last of one column",
}
INCLUSIVE = "whether a day that is an end is the last of its fact; default: it is over then"
SHEET = "the sheet of a workbook, where several are visible"

COMPARE = """\
Hold the record against what others published, fact by fact: a table, or Wikidata.

The options name columns of the table. Cells that name entities are found by id, label, alias,
Wikidata id and code. Where the property leads to literals, the object is read as its type has it,
and values are compared: 007 and 7 are one whole number, texts are the same letter by letter. The
report gives what the table and the record say, with the sources of the record.

Both disagree where the record has another property between the same two, or another value of a
property of which there is one at a time (owl:FunctionalProperty). Of other properties, each value
is only in the table, or only in the record.

Where a year or another date leaves days open, the two agree when they can both be right. A
difference is what one side surely says, and the other cannot mean by any choice of days.

With --wikibase the other side is a file of Wikibase, or its query service, and no option about
columns is needed: facts are matched by the ids of Wikidata that entities and properties have
(skos:exactMatch). A deprecated statement is no claim; one without dates is none beside a preferred
one. An end that is a day may be the last day of the fact, or the first one without it. What has no
match is counted.
"""
COMPARE_EXAMPLES = """\
examples:
  kg compare table.csv --subject state --object organisation --predicate memberOf --as-of 2020-01
  kg compare table.csv --status role --first from --last to --map member=memberOf --map guest=
  kg compare table.csv --predicate partyTo --start since --end until --map @names.csv --format csv
  kg compare codes.csv --subject name --object alpha3 --predicate iso3166Alpha3 --map alpha3:=
  kg compare --wikibase entities.json --all
  kg compare --wikibase https://query.wikidata.org/sparql --format markdown
"""
DIFF = """\
Say what changed from OLD to NEW, statement by statement, grouped by entity.

Each side is a project folder, a build folder, the URL of a SPARQL 1.1 endpoint, or a revision of
the git repository around the project: a branch, a tag, a commit, HEAD~3. A folder wins over a
revision of the same name; NEW is by default the project as it is now, or what --store names.
What was inferred is left out, and the order of rows and files is no difference.

All times are compared, unless a date or a span is named: then what is added or removed came into
the world of that time or left it, because a row did, or its dates or rank changed.

Exits with 0 when nothing differs, with 1 when something does.
"""
DIFF_EXAMPLES = """\
examples:
  kg diff HEAD
  kg diff main --format markdown
  kg diff v1.0 v1.1 --format markdown --labels en > CHANGES.md
  kg diff v1.0 v1.1 --format json
  kg diff build
  kg diff main --as-of 1993-12-20 --surely
  kg diff ../theirs .
"""
DUMP = """\
Write the whole graph in another format, which the suffix chooses, or --format.

What a format cannot hold is counted and told; --explain tells it without writing.

As a workbook (.xlsx, .ods) it is the tables that the graph was made of, to be edited and loaded
again with kg load: of the project as it is now every row as it is written; with --store, or a
date, what the graph keeps of them.
"""
DUMP_EXAMPLES = """\
examples:
  kg dump -o graph.nq
  kg dump -o rows.xlsx
  kg dump -o then.trig --as-of 2009-01-01
  kg dump --format rdf12 -o reified.ttl
  kg dump --format parquet --explain
"""
SERVE = """\
Serve a build, or RDF files as they are: SPARQL 1.1 Protocol for programs, pages for people.

Queries run in processes of their own, without network, and are ended at the limits below; an
answer above a limit is refused, never cut short.
"""
SERVE_EXAMPLES = """\
examples:
  kg serve
  kg serve --port 8080 graph.trig
  curl http://127.0.0.1:8000/sparql --data-urlencode 'query=ASK { }'
"""
MCP = """\
Let language models ask a build as tools of the Model Context Protocol, which its clients start.

Each answer has ids of statements, dates, ranks and sources, so that it can be cited. Queries run
in processes of their own, without network, and are ended at the limits below. Needs the extra mcp.
"""
MCP_EXAMPLES = """\
examples:
  kg mcp
  kg --store build mcp
  kg mcp --http --port 8080
"""
