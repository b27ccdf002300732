#!/usr/bin/env bash
# A date in a YAML file, checked and converted by LinkML with the same schema.
#
# A good guess: a slot of range date takes the date 2019-05-04 as YAML writes it, without quotes,
# and what linkml-convert turns into an xsd:date, linkml-validate finds right.
# What happens: linkml-convert writes "2019-05-04"^^xsd:date, and linkml-validate ends with exit
# code 1 and says that a datetime.date is not of type string. With the date in quotes, or in a file
# of JSON, both take it.
# Why users care: whoever keeps dated facts in YAML and puts the validator before the converter in
# their checks is told that every date is wrong, of data that are right. Quote every date, or keep
# the data in JSON or in a table.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'linkml==1.12.1' 'linkml-runtime==1.12.1'
cat > schema.yaml <<'YAML'
id: https://example.org/terms
name: terms
prefixes: {linkml: https://w3id.org/linkml/, terms: https://example.org/terms/}
default_prefix: terms
imports: [linkml:types]
classes:
  Term:
    tree_root: true
    attributes:
      who: {range: string, required: true}
      start: {range: date}
YAML
echo '{who: ida, start: 2019-05-04}' > plain.yaml
echo '{who: ida, start: "2019-05-04"}' > quoted.yaml
echo '{"who": "ida", "start": "2019-05-04"}' > term.json
outcome() { local rc=0; "$@" > out 2>&1 || rc=$?; echo "exit code $rc"; }
venv/bin/pip list 2>/dev/null | grep -i '^linkml'
declare -A seen
for file in plain.yaml quoted.yaml term.json; do
  seen[validate-$file]=$(outcome venv/bin/linkml-validate -s schema.yaml "$file")
  echo "linkml-validate $file: ${seen[validate-$file]}"; head -n 1 out
  seen[convert-$file]=$(outcome venv/bin/linkml-convert -s schema.yaml -t ttl "$file")
  echo "linkml-convert $file: ${seen[convert-$file]}"; grep start out
  grep -q '"2019-05-04"^^xsd:date' out
done
[ "${seen[validate-plain.yaml]}" = "exit code 1" ]
for name in convert-plain.yaml validate-quoted.yaml convert-quoted.yaml validate-term.json convert-term.json; do
  [ "${seen[$name]}" = "exit code 0" ]
done
