/* global document */
/** Runs in the page: reads the texts of the form, as a user sees them. */
module.exports = function readForm() {
  const textOf = (element) => element?.innerText ?? '';
  const all = (within, selector) => [...within.querySelectorAll(selector)];
  const main = document.querySelector('main');
  return {
    text: textOf(main),
    heading: textOf(main.querySelector('h2')),
    branches: textOf(main.querySelector('.branches')),
    language: main.querySelector('form.editor label').lang,
    sections: Object.fromEntries(
      all(main, '[data-section]').map((section) => [
        section.dataset.section,
        { summary: textOf(section.querySelector('summary')), fields: all(section, '[data-field]').map((field) => field.dataset.field).sort() },
      ]),
    ),
    fields: Object.fromEntries(
      all(main, 'form.editor [data-field]').map((field) => [
        field.dataset.field,
        {
          label: textOf(field.querySelector('label')),
          description: textOf(field.querySelector('.description')),
          isRequired: (field.querySelector('label .required')?.getClientRects().length ?? 0) > 0,
          options: Object.fromEntries(all(field, 'option').map((option) => [option.value, option.textContent])),
        },
      ]),
    ),
  };
};
