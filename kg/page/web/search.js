// Search: a name in any language, another name, or an id, typed in any case.

const search = byId('search');
const found = byId('found');
const MOST = 12;
let active = -1;
let pathStart = null; // the entity from which the search looks for a path; null for a plain search

const index = [...entities].map(([id, entity]) => ({
  id,
  names: [...new Set([entity.label, ...labelsOf(entity).map(([, label]) => label), ...(entity.aliases || []), id])]
    .filter(Boolean)
    .map((name) => ({ name, plain: plainText(name), folded: folded(name), words: folded(name).split(' ') })),
}));

// Returns how well a name answers a query, 0 best, or null: the name itself, its beginning, the
// beginning of a word, any place; then the same in other letters; then with slips of the pen.
function scoreOf(name, wanted, latin, words) {
  const place = (text, part) => {
    const at = text.indexOf(part);
    if (at < 0) return null;
    if (at === 0) return text === part ? 0 : 1;
    return /[\s\-(«"]/.test(text[at - 1]) ? 2 : 3;
  };
  const exact = place(name.plain, wanted);
  if (exact !== null) return exact;
  if (!latin) return null;
  const spelled = place(name.folded, latin);
  if (spelled !== null) return 4 + spelled;
  return resembles(words, name.words) ? 8 : null;
}

// Returns the best entities for a query, each with the name that matched.
function lookUp(query) {
  const wanted = plainText(query.trim());
  if (!wanted) return [];
  const latin = folded(query);
  const words = latin.split(' ');
  return index
    .map(({ id, names }) => {
      const hits = names.flatMap((name) => {
        const score = scoreOf(name, wanted, latin, words);
        return score === null ? [] : [{ name: name.name, score }];
      });
      hits.sort((a, b) => a.score - b.score);
      return hits.length && id !== pathStart ? { id, ...hits[0] } : null;
    })
    .filter(Boolean)
    .sort((a, b) => a.score - b.score || factsOf.get(b.id).length - factsOf.get(a.id).length || (a.id < b.id ? -1 : 1))
    .slice(0, MOST);
}

// Turns the search into a question for the other end of a path.
function searchPath(id) {
  pathStart = id;
  search.value = '';
  search.placeholder = say('pathHint', labelOf(entities.get(id)));
  search.focus();
}

function endSearchPath() {
  pathStart = null;
  search.placeholder = say('searchHint');
}

function closeSearch() {
  found.hidden = true;
  active = -1;
  search.setAttribute('aria-expanded', 'false');
  search.removeAttribute('aria-activedescendant');
}

function choose(id) {
  closeSearch();
  search.value = '';
  const from = pathStart;
  endSearchPath();
  if (from) {
    search.blur();
    showPath(from, id);
  } else select({ entity: id });
}

function mark(number) {
  const options = [...found.querySelectorAll('[role=option]')];
  if (!options.length) return;
  active = (number + options.length) % options.length;
  for (const [i, option] of options.entries()) option.setAttribute('aria-selected', String(i === active));
  options[active].scrollIntoView({ block: 'nearest' });
  search.setAttribute('aria-activedescendant', options[active].id);
}

function drawFound() {
  const hits = lookUp(search.value);
  if (!search.value.trim()) {
    closeSearch();
    return;
  }
  found.replaceChildren(
    ...hits.map((hit, i) => {
      const entity = entities.get(hit.id);
      return el(
        'li',
        {
          role: 'option',
          id: `found-${i}`,
          'aria-selected': 'false',
          'data-id': hit.id,
          // Before the field loses the focus and the list goes away.
          onmousedown: (event) => {
            event.preventDefault();
            choose(hit.id);
          },
        },
        swatch(entity.class),
        bdiOf(entity),
        hit.name === labelOf(entity) ? null : el('small', {}, bdi(hit.name)),
      );
    }),
  );
  if (!hits.length)
    found.append(el('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', class: 'muted' }, say('noMatch')));
  found.hidden = false;
  search.setAttribute('aria-expanded', 'true');
  if (hits.length) mark(0);
}

function startSearch() {
  search.addEventListener('input', drawFound);
  search.addEventListener('focus', drawFound);
  search.addEventListener('blur', closeSearch);
  search.addEventListener('keydown', (event) => {
    const option = found.querySelector('[aria-selected=true]');
    const key = keyOf(event);
    if (key === 'ArrowDown') mark(active + 1);
    else if (key === 'ArrowUp') mark(active - 1);
    else if (key === 'Enter' && option && !found.hidden) choose(option.dataset.id);
    else if (key === 'Escape' && (search.value || !found.hidden)) {
      search.value = '';
      closeSearch();
      event.stopPropagation();
    } else if (key === 'Escape' && pathStart) endSearchPath();
    else return;
    event.preventDefault();
  });
}
