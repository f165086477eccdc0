declare function readForm(): readForm.ShownForm;
declare namespace readForm {
  /** The texts of a form, as the page shows them. */
  interface ShownForm {
    text: string;
    heading: string;
    branches: string;
    /** The language of the labels. */
    language: string;
    /** By key. The fields are sorted. */
    sections: Record<string, { summary: string; fields: string[] }>;
    /** By key. */
    fields: Record<string, { label: string; description: string; isRequired: boolean; options: Record<string, string> }>;
  }
}
export = readForm;
