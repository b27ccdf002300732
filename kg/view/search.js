// Search: a name in either language, another name, or an id, typed in any case.

const search = document.getElementById('search');
const found = document.getElementById('found');
const MOST = 12;
let active = -1;

// Letters without their marks; ё and е are one letter to whoever types.
const plainText = (value) => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const index = [...entities].map(([id, entity]) => ({
  id,
  names: [entity.label, entity.label_ru, ...(entity.aliases || []), id].filter(Boolean)
    .map((name) => ({ name, plain: plainText(name) })),
}));

// Returns the best entities for a query, each with the name that matched:
// names that start with it first, then names with a word that does, then the rest.
function lookUp(query) {
  const wanted = plainText(query.trim());
  if (!wanted) return [];
  const score = ({ plain }) => {
    const at = plain.indexOf(wanted);
    if (at < 0) return null;
    if (at === 0) return plain === wanted ? 0 : 1;
    return /[\s\-(«"]/.test(plain[at - 1]) ? 2 : 3;
  };
  return index
    .map(({ id, names }) => {
      const hits = names.map((name) => ({ name: name.name, score: score(name) })).filter((hit) => hit.score !== null);
      hits.sort((a, b) => a.score - b.score);
      return hits.length ? { id, ...hits[0] } : null;
    })
    .filter(Boolean)
    .sort((a, b) => a.score - b.score || factsOf.get(b.id).length - factsOf.get(a.id).length || (a.id < b.id ? -1 : 1))
    .slice(0, MOST);
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
  select({ entity: id });
}

function mark(number) {
  const options = [...found.querySelectorAll('[role=option]')];
  if (!options.length) return;
  active = (number + options.length) % options.length;
  options.forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
  options[active].scrollIntoView({ block: 'nearest' });
  search.setAttribute('aria-activedescendant', options[active].id);
}

function drawFound() {
  const hits = lookUp(search.value);
  if (!search.value.trim()) {
    closeSearch();
    return;
  }
  found.replaceChildren(...hits.map((hit, i) => {
    const entity = entities.get(hit.id);
    return el('li', {
      role: 'option', id: `found-${i}`, 'aria-selected': 'false', 'data-id': hit.id,
      // Before the field loses the focus and the list goes away.
      onmousedown: (event) => { event.preventDefault(); choose(hit.id); },
    }, swatch(entity.class), bdi(labelOf(entity)),
    hit.name === labelOf(entity) ? null : el('small', {}, bdi(hit.name)));
  }));
  if (!hits.length) found.append(el('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', class: 'muted' }, say('noMatch')));
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
    if (event.key === 'ArrowDown') mark(active + 1);
    else if (event.key === 'ArrowUp') mark(active - 1);
    else if (event.key === 'Enter' && option && !found.hidden) choose(option.dataset.id);
    else if (event.key === 'Escape' && (search.value || !found.hidden)) {
      search.value = '';
      closeSearch();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.closest('input')) return;
    event.preventDefault();
    search.focus();
  });
}
