// A page whose cells run: one Python, its cells in their order, the exercises, and what the reader left of them.
import { Cell } from "./cell.js";
import { Exercise } from "./exercise.js";
import { Session } from "./session.js";

const { progress } = window;

// {element of a cell: its Cell}
export function open(config) {
  const places = new Map([...document.querySelectorAll("[data-live]")].map(place => [Number(place.dataset.live), place]));
  const session = new Session(config), exercises = [];
  session.cells = config.cells.map((entry, i) => new Cell(session, i + 1, entry, places.get(i + 1)));
  session.runtime.config.code = session.cells.map(cell => cell.printed);        // Python names what no cell defines
  for (const cell of session.cells) {
    if (cell.place?.parentElement.matches("[data-exercise]")) exercises.push(cell.exercise = new Exercise(cell.place.parentElement, cell));
    cell.dress();
  }
  // A chapter is begun when its first cell runs or its first exercise is touched; done when all its exercises are.
  session.begun = () => {
    const name = `chapter/${config.page}`, names = exercises.map(exercise => exercise.name);
    if (String(progress.get(name)?.exercises) !== String(names)) progress.put(name, { exercises: names });
  };
  exercises.forEach(exercise => exercise.restore());
  progress.addEventListener("change", ({ detail }) => {
    if (detail.elsewhere) exercises.forEach(exercise => exercise.restore());        // erased, or read from a file
  });
  addEventListener("pagehide", () => exercises.forEach(exercise => exercise.save()));
  return new Map(session.cells.map(cell => [cell.place, cell]));
}
