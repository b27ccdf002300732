// The menu of what can be taken along, and the help.

const MANUAL = {
  en: {
    reading: 'Reading',
    keys: 'Keys',
    lines: [
      'Each line is one fact; parallel lines are several facts, or the same fact in several periods.',
      'An arrow points from subject to object; a line without one holds both ways.',
      'A dotted line was inferred by a rule, a dashed one is disputed: a better source says otherwise. Disputed facts are drawn pale on their own dates, and count under all dates only. The signs ∴, ≠ and ? say the same as the lines: inferred, disputed, only possible.',
      'A fact shows from its first day until the day before its end. An event shows from its day on. A date known only to the month or the year counts from its first day, and as an end to its last. What ended nobody knows when shows until a source says so.',
      'A dash-dotted pale line is only possible on the date shown: its dates leave that open. “Sure only” (s) leaves such facts out. An inferred line is sure while what it follows from is, else its dots are pale and far apart.',
      'A fact without dates shows once both of its ends are on record: from the first dated fact about them.',
      'Slider, picture, lanes, table and counts always show the same facts. The address holds the whole view: copy the link to share it.',
      'Positions do not depend on the date. Marks can be dragged; “Save positions” keeps them.',
    ],
    keyList: [
      ['/', 'search'],
      ['← → ↑ ↓', 'in the picture: go to the next entity in that direction'],
      ['Enter', 'in the picture: go to the details'],
      ['+ − 0', 'in the picture: zoom in, zoom out, fit'],
      ['[ ]', 'previous, next change in time'],
      ['s', 'only what is sure on the date, or what is possible too'],
      ['Space', 'in the picture: compare the selected entity with others; also Ctrl or Shift and a click'],
      ['Shift Enter', 'in the search: compare what was found with others'],
      ['c', 'what several have in common'],
      ['g l t', 'graph, lanes, table'],
      ...(VIEWS.includes('ask')
        ? [
            ['a', 'ask in SPARQL'],
            ['Ctrl Enter', 'in the editor: run the query'],
          ]
        : []),
      ['1 … 9', 'the views over the picture'],
      ['← → n p', 'in a story: next step, step before; Esc leaves it'],
      ['Double click', 'only the neighbours of an entity; with Shift two steps'],
      ['Esc', 'leave a field; take back one thing: menu, path, selection, neighbourhood'],
      ['?', 'this help'],
    ],
  },
  ru: {
    reading: 'Чтение',
    keys: 'Клавиши',
    lines: [
      'Каждая линия — один факт; параллельные линии — несколько фактов или один факт в разные периоды.',
      'Стрелка ведёт от субъекта к объекту; линия без стрелки взаимна.',
      'Точечная линия выведена правилом, штриховая оспаривается: лучший источник говорит иначе. Оспариваемое видно бледным на свои даты, а в счёт идёт только под «Все даты». Знаки ∴, ≠ и ? говорят то же, что и линии: выведено, оспаривается, лишь возможно.',
      'Факт виден с первого дня до кануна дня окончания. Событие видно со своего дня. Дата, известная лишь до месяца или года, считается с её первого дня, а как окончание — по последний. Закончившееся неизвестно когда видно, пока об этом не скажет источник.',
      'Бледная штрихпунктирная линия лишь возможна на показанную дату: её даты оставляют это открытым. «Только точное» (s) такие факты убирает. Выведенная линия точна, пока точно то, из чего она следует, иначе её точки бледны и редки.',
      'Факт без дат виден, когда оба его участника уже упомянуты: с первого датированного факта о них.',
      'Ползунок, рисунок, сроки, таблица и счётчики всегда показывают одни и те же факты. Адрес страницы хранит весь вид: скопируйте ссылку, чтобы поделиться.',
      'Положения не зависят от даты. Знаки можно перетаскивать; «Сохранить положения» их запоминает.',
    ],
    keyList: [
      ['/', 'поиск'],
      ['← → ↑ ↓', 'на рисунке: к ближайшему объекту в этом направлении'],
      ['Enter', 'на рисунке: к подробностям'],
      ['+ − 0', 'на рисунке: ближе, дальше, вместить'],
      ['[ ]', 'предыдущее, следующее изменение'],
      ['s', 'только точное на эту дату или и возможное'],
      ['Пробел', 'на рисунке: сравнить выбранный объект с другими; также Ctrl или Shift и щелчок'],
      ['Shift Enter', 'в поиске: сравнить найденное с другими'],
      ['c', 'что общего у нескольких'],
      ['g l t', 'граф, сроки, таблица'],
      ...(VIEWS.includes('ask')
        ? [
            ['a', 'запрос на SPARQL'],
            ['Ctrl Enter', 'в редакторе: выполнить запрос'],
          ]
        : []),
      ['1 … 9', 'виды над рисунком'],
      ['← → n p', 'в рассказе: следующий шаг, предыдущий; Esc — выйти'],
      ['Двойной щелчок', 'только соседи объекта; с Shift — два шага'],
      ['Esc', 'покинуть поле; отменить одно: меню, путь, выбор, окрестность'],
      ['?', 'эта справка'],
    ],
  },
};

const shareList = byId('share-list');
const manual = byId('manual');

// In a frame without an address of its own there is no link to copy.
const hasAddress = !location.href.startsWith('about:');

const SHARES = {
  copyLink: () => {
    keepState();
    copy(location.href);
  },
  copyLegend: () => copy(`${describe().join('\n')}\n`),
  saveSvg: () => save(fileName('svg'), 'image/svg+xml', svgText()),
  savePng: async () => save(fileName('png'), 'image/png', await pngBlob()),
  saveCsv: () => save(fileName('csv', 'facts'), 'text/csv', factsCsv()),
  savePlaces: () => save('positions.csv', 'text/csv', placesCsv()),
};

function openShare(on) {
  shareList.hidden = !on;
  byId('share').setAttribute('aria-expanded', String(on));
  if (!on) return;
  shareList.replaceChildren(
    ...Object.entries(SHARES)
      .filter(([name]) => name !== 'copyLink' || hasAddress)
      .map(([name, action]) =>
        el(
          'button',
          {
            type: 'button',
            'data-share': name,
            onclick: () => {
              openShare(false);
              byId('share').focus();
              action();
            },
          },
          say(name),
        ),
      ),
  );
  shareList.querySelector('button')?.focus();
}

function openManual() {
  const { reading, lines, keys, keyList } = MANUAL[spoken()];
  manual.replaceChildren(
    el(
      'div',
      { class: 'kind' },
      el('h2', { id: 'manual-title' }, say('helpTitle')),
      closeButton(() => manual.close()),
    ),
    el('h3', {}, reading),
    el('ul', {}, ...lines.map((line) => el('li', {}, line))),
    el('h3', {}, keys),
    el('dl', {}, ...keyList.flatMap(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, what)])),
  );
  manual.showModal();
}

function startManual() {
  byId('share').addEventListener('click', () => openShare(shareList.hidden));
  byId('help').addEventListener('click', openManual);
  manual.addEventListener('click', (event) => {
    if (event.target === manual) manual.close();
  });
  document.addEventListener('click', (event) => {
    if (!shareList.hidden && !(event.target instanceof Element && event.target.closest('.menu'))) openShare(false);
  });
}
