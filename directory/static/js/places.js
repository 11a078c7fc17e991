// Suggestions of places while somebody types where a person lives. Only the typed beginning of a place's
// name is sent, never who lives there.

const field = document.querySelector('input[list="location-suggestions"]');
const list = document.getElementById("location-suggestions");
const WAIT = 250; // milliseconds without a key
let timer = null;

async function suggest() {
  const query = new URLSearchParams({ near: field.value });
  const answer = await fetch(`/places/suggest?${query}`, { credentials: "same-origin" });
  if (answer.ok) list.innerHTML = await answer.text();
}

field?.addEventListener("input", () => {
  window.clearTimeout(timer);
  if (field.value.trim().length > 1) timer = window.setTimeout(() => suggest().catch(() => list.replaceChildren()), WAIT);
});

// A point that was chosen on the map shows its numbers, and how exact it is.
document.getElementById("location-lon")?.addEventListener("change", (event) => {
  const box = event.target.closest("details");
  if (box && event.target.value) box.open = true;
});
