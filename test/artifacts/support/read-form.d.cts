declare function readForm(): readForm.ShownForm;
declare namespace readForm {
  /** A form's texts, as the page shows them. */
  interface ShownForm {
    text: string;
    heading: string;
    branches: string;
    /** Of the labels. */
    language: string;
    /** By key; the fields are sorted. */
    sections: Record<string, { summary: string; fields: string[] }>;
    /** By key. */
    fields: Record<string, { label: string; description: string; isRequired: boolean; options: Record<string, string> }>;
  }
}
export = readForm;
