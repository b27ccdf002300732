// The menu of what can be taken along, and the help.

const shareList = document.getElementById('share-list');
const manual = document.getElementById('manual');

// In a frame without an address of its own there is no link to copy.
const hasAddress = !location.href.startsWith('about:');

const SHARES = {
  copyLink: () => { keepState(); copy(location.href); },
  copyLegend: () => copy(`${describe().join('\n')}\n`),
  saveSvg: () => save(fileName('svg'), 'image/svg+xml', svgText()),
  savePng: async () => save(fileName('png'), 'image/png', await pngBlob()),
  saveCsv: () => save(fileName('csv', 'facts'), 'text/csv', factsCsv()),
  savePlaces: () => save('positions.csv', 'text/csv', placesCsv()),
};

function openShare(on) {
  shareList.hidden = !on;
  button('share').setAttribute('aria-expanded', String(on));
  if (!on) return;
  shareList.replaceChildren(...Object.entries(SHARES)
    .filter(([name]) => name !== 'copyLink' || hasAddress)
    .map(([name, action]) => el('button', {
      type: 'button', 'data-share': name,
      onclick: () => { openShare(false); button('share').focus(); action(); },
    }, say(name))));
  shareList.firstChild.focus();
}

function openManual() {
  manual.replaceChildren(
    el('div', { class: 'kind' }, el('h2', { id: 'manual-title' }, say('helpTitle')), closeButton(() => manual.close())),
    el('h3', {}, say('helpReading')),
    el('ul', {}, ...say('helpLines').map((line) => el('li', {}, line))),
    el('h3', {}, say('helpKeys')),
    el('dl', {}, ...say('helpKeyList').flatMap(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, what)])));
  manual.showModal();
}

function startManual() {
  button('share').addEventListener('click', () => openShare(shareList.hidden));
  button('help').addEventListener('click', openManual);
  manual.addEventListener('click', (event) => { if (event.target === manual) manual.close(); });
  document.addEventListener('click', (event) => {
    if (!shareList.hidden && !event.target.closest('.menu')) openShare(false);
  });
}
