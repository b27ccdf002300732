# What kg offers for a word of this kind, with what each is. The whole line is asked about, because
# of `words` only those behind the command are left here.
_kg_offer() {
  local kind=$1 line
  local -a written offers
  written=("${(@Q)${(@z)LBUFFER}}")
  for line in "${(@f)$("${(@)written[(r)(*/|)kg]/#\~/$HOME}" --offer $kind "$PREFIX" "${(@)written}" 2>/dev/null)}"; do
    [[ -n $line ]] && offers+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  # Behind a parameter's name comes its value, and behind a folder what is in it.
  local -a unfinished=("${(@)offers:#^*[=/]:*}") finished=("${(@)offers:#*[=/]:*}")
  (( $#finished )) && _describe -t $kind $kind finished
  (( $#unfinished )) && _describe -t $kind $kind unfinished -S ''
  (( $#offers ))
}
_kg_ids() { _kg_offer ids }
_kg_predicates() { _kg_offer predicates }
_kg_objects() { _kg_offer objects }
_kg_dates() { _kg_offer dates }
_kg_questions() { _kg_offer questions }
_kg_parameters() { _kg_offer parameters }
