// Enhancement of the pages about signing in. What needs this script is hidden until it runs.

document.querySelectorAll("[data-with-script]").forEach((part) => (part.hidden = false));
document.querySelectorAll("[data-without-script]").forEach((part) => (part.hidden = true));

document.querySelector("[data-print]")?.addEventListener("click", () => print());

// The browser was asked for a key and gave none: most often the person chose to cancel.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.querySelector("[data-key-failed]");
  if (!words) return;
  words.hidden = false;
  words.focus();
});
