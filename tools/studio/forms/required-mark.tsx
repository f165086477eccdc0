/** Marks the label of a required field. */
export function RequiredMark() {
  return (
    <span class="required">
      <span aria-hidden="true"> *</span>
      <span class="unseen" lang="en">
        {' '}
        (required)
      </span>
    </span>
  );
}
