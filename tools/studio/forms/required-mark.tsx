/** Behind the label of a field that must be filled in. */
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
