// How the search orders what it finds: pages that explain before pages that list.
var Scorer = {
  score: ([page, title, anchor, description, score]) =>
    score + ({ options: 16, errors: 15, testing: 3, pytest: 3 }[page] || 0)
    - (["changelog", "contributing", "fidelity", "questions"].includes(page) ? 4 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
