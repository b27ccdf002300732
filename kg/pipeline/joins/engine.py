"""Engine: rules applied as joins, round by round, until nothing new appears.

Each round takes all premises as they were before it. Conclusions whose days and proofs are plain
are told here, all at once; where days meet in other ways, or a proof may rest on what it proves,
each is told on its own (`kg.pipeline.joins.closely`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.model.foreign import at
from kg.model.ontology import Ontology
from kg.pipeline.ahead import SAMPLE
from kg.pipeline.conclusions import PROOFS
from kg.pipeline.joins.ahead import ahead
from kg.pipeline.joins.closely import Closely
from kg.pipeline.joins.plan import Plan
from kg.pipeline.joins.sql import Sql
from kg.pipeline.joins.tables import ENTITY, LITERAL, NAME, NEVER, SAYS_MORE, WORD, Tables
from kg.pipeline.telling import not_about_an_entity
from kg.progress import Tell, at_work

# Where the fault lies when it is that of all rules together.
RULES: Final = "ontology/rules"
# By what the proofs of one round are sorted: as `Way.order` has it.
_ORDER: Final = "len(premises), rule, premises, since"

# Ways of what was not concluded before, with the days without a gap ("islands") in which they lie.
_ISLANDS: Final = """
CREATE OR REPLACE TEMP TABLE island AS
WITH reached AS (
    SELECT *, CASE WHEN recurs THEN max(since) OVER earlier ELSE max(days) OVER earlier END
        AS reach
    FROM latest WHERE since_step IS NULL AND NOT is_loose
    WINDOW earlier AS (PARTITION BY s, p, o ORDER BY since, until, rule, premises
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), numbered AS (
    SELECT * EXCLUDE (reach), CAST(sum(CASE WHEN reach IS NULL OR since > reach THEN 1 ELSE 0 END)
        OVER (PARTITION BY s, p, o ORDER BY since, until, rule, premises
        ROWS UNBOUNDED PRECEDING) - 1 AS INTEGER) AS place
    FROM reached
), spanned AS (
    SELECT *, min(since) OVER whole AS first, max(days) OVER whole AS last
    FROM numbered WINDOW whole AS (PARTITION BY s, p, o, place)
), covering AS (
    SELECT *, since = first AND days = last AS covers,
        row_number() OVER (PARTITION BY s, p, o, place ORDER BY {order}) AS position,
        count(*) OVER (PARTITION BY s, p, o, place) AS many
    FROM spanned
)
SELECT *, min(CASE WHEN covers THEN position END) OVER (PARTITION BY s, p, o, place) AS ground
FROM covering
"""


class Engine:
    """Applies the plans of all rules of an ontology to tables that are filled."""

    def __init__(
        self,
        tables: Tables,
        plans: Sequence[Plan],
        queries: Sequence[Sql],
        ontology: Ontology,
        tell: Tell = lambda _: None,
    ) -> None:
        """Take what is to be applied, the rules in the order of their names, and whom to tell."""
        self.tables, self.plans, self.queries = tables, plans, queries
        self.tell = tell
        # The rules of which was told that they find very many facts.
        self.told: set[str] = set()
        # How many facts a rule was about to find at most.
        self.most = 0
        self.closely = Closely(tables, [plan.rule.name for plan in plans], ontology)
        self.step = 0

    def run(self) -> None:
        """Apply the rules until nothing changes.

        Raises DataError when a rule concludes something that is not about an entity, LimitError
        when it takes more than it may.
        """
        while self.step == 0 or self.tables.count("changed"):
            self.step += 1
            with at(RULES), self.tables.bounded():
                self.tables.begin_round()
                said = self.tables.predicates("said" if self.step == 1 else "fresh")
            for number, plan in enumerate(self.plans):
                with at(plan.rule.path), self.tables.bounded():
                    self.announce(number)
                    self.apply(number, said)
            with at(RULES), self.tables.bounded():
                self.settle()

    def announce(self, number: int) -> None:
        """Say which rule is at work, what was concluded so far, and about how much is to come.

        A round with few changes is over as soon as that would be counted.
        """
        rule = self.plans[number].rule
        stage = f"round {self.step} of the rules, {rule.name}"
        if self.step == 1 or self.tables.count("changed") > SAMPLE:
            coming = ahead(self.tables, self.queries[number], self.step)
            self.most = max(self.most, coming.facts)
            stage += f", {coming} to infer"
            if (finding := coming.finding(rule.path)) and rule.path not in self.told:
                self.told.add(rule.path)
                self.tell([finding])
        found = self.tables.count("conclusion") + self.tables.count("gained")
        at_work(f"{stage}; conclusions so far", found)

    def apply(self, number: int, said: set[int]) -> None:
        """Take down what follows by a rule; `said` are the predicates with which it can begin."""
        run, sql = self.tables.run, self.queries[number]
        for query in sql.entailed(self.step, said=said):
            run(f"""INSERT INTO added BY NAME
                SELECT DISTINCT f.*, {number} AS rule FROM ({query}) AS f
                ANTI JOIN said USING (g, s, p, o) ANTI JOIN silent USING (g)
                ANTI JOIN stated USING (s, p, o)""")
        ways = list(sql.ways(self.step, number, said=said))
        for query in ways:
            run(f"""INSERT INTO way BY NAME SELECT DISTINCT * FROM ({query})
                ANTI JOIN stated USING (s, p, o)""")
        if not ways:
            return
        strange = self.tables.rows(
            f"""
            SELECT s.text, p.text, o.text FROM (SELECT DISTINCT s, p, o FROM way WHERE rule = $1) w
            JOIN term s ON s.num = w.s JOIN term p ON p.num = w.p JOIN term o ON o.num = w.o
            WHERE s.kind <> {ENTITY} OR p.kind <> {WORD} OR o.kind NOT IN ({ENTITY}, {LITERAL})
            ORDER BY ALL LIMIT 1""",
            [number],
        )
        if strange:
            raise not_about_an_entity(self.plans[number].rule, " ".join(strange[0]))

    def settle(self) -> None:
        """End the round: what it found is known from now on, and what it changed is marked."""
        self.gather()
        self.tables.run(_ISLANDS.format(order=_ORDER))
        self.sort_out()
        changed = self.closely.settle()
        self.tables.run("DELETE FROM changed")
        self.conclude()
        self.prove_again()
        self.tables.run("INSERT INTO changed SELECT DISTINCT g FROM added")
        self.tables.run("INSERT INTO said SELECT DISTINCT g, s, p, o FROM added")
        self.tables.run("INSERT INTO gained SELECT * FROM added")
        self.closely.write(changed, self.step)
        self.tables.run("CREATE OR REPLACE TABLE changed AS SELECT DISTINCT g FROM changed")
        for table in ("way", "added"):
            self.tables.run(f"DELETE FROM {table}")

    def gather(self) -> None:
        """Lay out the ways that say more than was said, with what is known of their triples."""
        self.tables.run(
            f"""
            CREATE OR REPLACE TEMP TABLE latest AS
            SELECT row_number() OVER () AS number, w.*, c.g, c.since_step, c.apart,
                coalesce(m.recurs, FALSE) AS recurs, coalesce(m.is_event, FALSE) AS is_event,
                CASE WHEN m.is_event THEN $2 ELSE w.until END AS days,
                o.kind = $1 OR coalesce(m.last_days, FALSE) AS is_loose
            FROM (SELECT DISTINCT * FROM way) w JOIN term o ON o.num = w.o
            LEFT JOIN marked m ON m.p = w.p
            LEFT JOIN conclusion c ON c.s = w.s AND c.p = w.p AND c.o = w.o
            WHERE {SAYS_MORE}""",
            [LITERAL, NEVER],
        )

    def sort_out(self) -> None:
        """Give to `closely` the ways of triples that have one which is not plain."""
        run = self.tables.run
        # Of what was concluded before: in which piece the days lie, and whether the proof is there.
        run("""
            CREATE OR REPLACE TEMP TABLE later AS
            SELECT l.*, pc.place, pc.more,
                (SELECT count(*) FROM proof pr
                    WHERE pr.g = l.g AND pr.place = pc.place AND pr.best) AS proofs,
                EXISTS (SELECT 1 FROM proof pr WHERE pr.g = l.g AND pr.place = pc.place
                    AND pr.best AND pr.rule = l.rule AND pr.premises = l.premises
                    AND pr.since < l.until AND l.since < pr.until) AS is_there,
                EXISTS (SELECT 1 FROM
                    (SELECT number, unnest(premises) AS q FROM latest WHERE NOT apart) AS u
                    JOIN conclusion c ON c.g = u.q WHERE u.number = l.number
                    AND (c.late > l.since_step OR c.g = l.g)) AS is_late
            FROM latest l LEFT JOIN piece pc
                ON pc.g = l.g AND pc.since <= l.since AND pc.until >= l.until
                AND (pc.since = l.since OR NOT l.recurs)
            WHERE NOT l.apart""")
        run(f"""
            CREATE OR REPLACE TEMP TABLE odd AS
            SELECT s, p, o FROM latest WHERE apart OR is_loose
            UNION SELECT s, p, o FROM island WHERE ground IS NULL
            UNION SELECT s, p, o FROM later WHERE place IS NULL
                OR (is_late AND NOT is_there AND NOT (more AND proofs = {PROOFS}))""")
        self.closely.take(self.step)

    def conclude(self) -> None:
        """Take down what was not concluded before, where it is plain."""
        run = self.tables.run
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE plain AS
            WITH named AS (
                SELECT w.s, w.p, w.o, {NAME} AS g
                FROM (SELECT DISTINCT s, p, o FROM island) w JOIN term s ON s.num = w.s
                JOIN term p ON p.num = w.p JOIN term o ON o.num = w.o
            )
            SELECT n.g, i.* EXCLUDE (g) REPLACE (coalesce(i.start, b.key) AS start,
                CASE WHEN NOT i.is_event THEN coalesce(i.finish, e.key) END AS finish)
            FROM island i ANTI JOIN odd USING (s, p, o)
            LEFT JOIN day b ON b.number = i.since LEFT JOIN day e ON e.number = i.until
            JOIN named n USING (s, p, o)"""
        )
        run(f"""INSERT INTO conclusion SELECT DISTINCT g, s, p, o, {self.step}, {self.step}, FALSE
            FROM plain""")
        run(f"""INSERT INTO piece SELECT g, place, since, days, start, finish, many > {PROOFS}
            FROM plain WHERE position = ground""")
        run(f"""INSERT INTO proof SELECT g, place, {self.step}, rule, premises, since, until,
            position <= {PROOFS}, position = ground
            FROM plain WHERE position <= {PROOFS} OR position = ground""")
        run("INSERT INTO said SELECT DISTINCT g, s, p, o FROM plain")
        run("""INSERT INTO held SELECT g, since, days, start, finish
            FROM plain WHERE position = ground""")
        run("INSERT INTO changed SELECT DISTINCT g FROM plain")

    def prove_again(self) -> None:
        """Take down other proofs of what was concluded before; its days stay."""
        run = self.tables.run
        run(f"""
            CREATE OR REPLACE TEMP TABLE again AS
            SELECT *, proofs + row_number() OVER (PARTITION BY g, place ORDER BY {_ORDER})
                AS position
            FROM later ANTI JOIN odd USING (s, p, o) WHERE NOT is_there""")
        run(f"""INSERT INTO proof SELECT g, place, {self.step}, rule, premises, since, until,
            TRUE, FALSE FROM again WHERE position <= {PROOFS}""")
        run(f"""UPDATE piece SET more = TRUE FROM again
            WHERE piece.g = again.g AND piece.place = again.place AND position > {PROOFS}""")
