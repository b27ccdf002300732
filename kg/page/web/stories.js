// Stories: views one after the other, each with a caption and its sources.

const steps = content.steps || [];
for (const step of steps) viewById.set(step.id, { ...(step.view && viewById.get(step.view)), ...step });

const story = byId('story');
let before = /** @type {string | null} */ (null); // the view that showed before the story

const storyOf = (id) => id.slice(0, id.lastIndexOf('~'));

// Returns the step that shows, null outside of stories.
const stepNow = () => steps.find((step) => step.id === state.named) || null;

const stepsOf = (step) => steps.filter((other) => storyOf(other.id) === storyOf(step.id));

function goStep(by) {
  const step = stepNow();
  if (!step) return;
  const own = stepsOf(step);
  const next = own[own.indexOf(step) + by];
  if (next) openView(next.id);
}

function leaveStory() {
  if (document.fullscreenElement) document.exitFullscreen();
  openView(before && viewById.has(before) ? before : (content.first.view ?? null));
  byId('stories').querySelector('button')?.focus();
}

function startStory(id) {
  before = state.named;
  openView(id);
  byId('story-next').focus();
}

// Returns one button for each story, called by its first step.
const storyButtons = () =>
  steps
    .filter((step) => stepsOf(step)[0] === step)
    .map((step) =>
      el(
        'button',
        { type: 'button', class: 'tell', 'data-story': storyOf(step.id), onclick: () => startStory(step.id) },
        '▶ ',
        bdi(nameOf(step), { lang: langOf(step) }),
      ),
    );

// Returns the text of a step: where it stands, its title, its date, what is said and by whom.
function stepText(step, day) {
  const own = stepsOf(step);
  return [
    el('p', { class: 'muted' }, `${own.indexOf(step) + 1} / ${own.length}`, day === null ? '' : ` · ${inWords(isoDay(day))}`),
    el('h2', {}, bdi(nameOf(step))),
    step.says && el('p', {}, bdiOf(step.says)),
    step.sources.length && el('ul', { class: 'references' }, ...step.sources.map((source) => referenceItem({ source }))),
  ].filter(Boolean);
}

function drawStory() {
  const step = stepNow();
  const buttons = byId('stories');
  if (buttons.dataset.lang !== state.lang) {
    buttons.dataset.lang = state.lang;
    buttons.replaceChildren(...storyButtons());
  }
  story.hidden = !step;
  if (step) {
    const own = stepsOf(step);
    byId('story-text').replaceChildren(...stepText(step, state.date));
    byId('story-back').disabled = own[0] === step;
    byId('story-next').disabled = own[own.length - 1] === step;
  }
  document.body.classList.toggle('in-story', Boolean(step));
  // vis would notice the new size of the picture only after a while.
  graph.network.setSize('100%', '100%');
}

// Puts every step of the story on a sheet of its own: its picture, its text and its sources.
function printStory() {
  const step = stepNow();
  if (!step) return;
  const here = toHash();
  const sheets = stepsOf(step).map((one) => {
    fromHash(`view=${encodeURIComponent(one.id)}&lang=${state.lang}&theme=light`);
    show({ keep: false });
    return el('section', {}, drawSvg(), ...stepText(one, state.date));
  });
  byId('sheets').replaceChildren(...sheets);
  fromHash(here);
  show();
}

const STORY_KEYS = {
  ArrowRight: () => goStep(1),
  ArrowLeft: () => goStep(-1),
  n: () => goStep(1),
  p: () => goStep(-1),
  Escape: leaveStory,
};

function startStories() {
  ofViews.after(el('div', { id: 'stories' }));
  const button = (id, words, onclick) => el('button', { type: 'button', id, 'data-say': words, onclick }, say(words));
  story.append(
    el('div', { id: 'story-text' }),
    el(
      'div',
      { class: 'actions' },
      button('story-back', 'stepBack', () => goStep(-1)),
      button('story-next', 'stepOn', () => goStep(1)),
      button('story-print', 'print', () => print()),
      document.fullscreenEnabled && button('story-full', 'fullScreen', () => document.documentElement.requestFullscreen()),
      button('story-leave', 'leaveStory', leaveStory),
    ),
  );
  addEventListener('beforeprint', printStory);
  // Before the picture, whose arrow keys go from mark to mark.
  document.addEventListener(
    'keydown',
    (event) => {
      const action = stepNow() && !manual.open && !typesInto(event) && STORY_KEYS[keyOf(event)];
      if (!action || (event.key === 'Escape' && !details.hidden)) return;
      event.preventDefault();
      action();
    },
    true,
  );
}

if (steps.length) {
  startStories();
  extras.push({ draw: drawStory, toHash: () => [], fromHash: () => {}, notice: () => null });
}
