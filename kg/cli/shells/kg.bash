# What kg offers for a word of this kind, without what each is.
_kg_offer() {
  local line
  while IFS= read -r line; do printf '%s\n' "${line%%$'\t'*}"; done < <(
    "${COMP_WORDS[0]/#\~/$HOME}" --offer "$1" "$2" "${COMP_WORDS[@]}" 2>/dev/null)
}
_kg_ids() { _kg_offer ids "$1"; }
_kg_predicates() { _kg_offer predicates "$1"; }
_kg_objects() { _kg_offer objects "$1"; }
_kg_dates() { _kg_offer dates "$1"; }
_kg_questions() { _kg_offer questions "$1"; }
_kg_parameters() { _kg_offer parameters "$1"; }

# bash parts words at = and @; here they are put together again, but for --option=value.
_kg() {
  local -a words=()
  local word typed="${COMP_WORDS[COMP_CWORD]}" joined="" index start
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word="${COMP_WORDS[index]}"
    if [[ $word == = && ${words[-1]-} == --* ]]; then
      words+=("")
      joined=1
    elif [[ $word == = && $index -gt 0 ]]; then
      words[-1]+="="
      joined=1
    elif [[ -n $joined ]]; then
      words[-1]+="$word"
      joined=""
    else
      words+=("$word")
      [[ $word == @ ]] && joined=1
    fi
  done
  COMP_WORDS=("${words[@]}")
  COMP_CWORD=$((${#words[@]} - 1))
  _shtab_kg
  [[ $typed == = ]] && typed=""
  start="${words[-1]%"$typed"}"
  # What stands behind it is offered with it.
  [[ $start == @ ]] && start=""
  COMPREPLY=("${COMPREPLY[@]#"$start"}")
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]] && compopt -o nospace
  return 0
}
