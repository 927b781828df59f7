// Enhancement only: every page works without this file. Texts reach the page as text, never as markup.

const COPIED_MS = 2500;

document.querySelectorAll("a[data-copy]").forEach(addCopyButton);
document.querySelectorAll("input[data-suggest]").forEach(addSuggestions);
document.querySelectorAll("form[data-upload]").forEach(showProgress);
document.querySelector(".c-error-summary")?.focus();
openDetailsForPrint();
reloadWhileWaiting();

// A button beside a permalink that puts it on the clipboard. The link itself stays.
function addCopyButton(link) {
  if (!navigator.clipboard) return;
  const words = document.body.dataset;
  const button = element("button", "c-permalink__copy", words.copy);
  button.type = "button";
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.href);
    button.textContent = words.copied;
    setTimeout(() => (button.textContent = words.copy), COPIED_MS);
  });
  link.after(button);
}

// A form with a file says how far the file has come, and can be stopped. Where it ends is where the plain form would end.
function showProgress(form) {
  form.addEventListener("submit", (event) => {
    const words = form.dataset;
    const file = form.querySelector("input[type=file]");
    if (!file?.files.length) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const bar = element("progress", "c-progress__bar", "");
    const told = element("p", "c-progress__words", words.sending);
    const stop = element("button", "c-button c-button--secondary", words.stop);
    const box = element("div", "c-progress");
    bar.max = 100;
    bar.setAttribute("aria-label", words.sending);
    told.setAttribute("role", "status");
    stop.type = "button";
    stop.addEventListener("click", () => request.abort());
    box.append(told, bar, stop);
    const buttons = [...form.querySelectorAll("button[type=submit], button:not([type])")];
    form.append(box);
    buttons.forEach((button) => (button.disabled = true));
    const giveUp = (said) => {
      buttons.forEach((button) => (button.disabled = false));
      stop.remove();
      bar.remove();
      told.textContent = said;
    };
    let tenth = 0;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = (100 * loaded) / total;
      // Said aloud at each tenth, not at each step.
      if (Math.floor(bar.value / 10) > tenth) {
        tenth = Math.floor(bar.value / 10);
        told.textContent = `${words.sending} ${10 * tenth} %`;
      }
    });
    request.addEventListener("abort", () => giveUp(words.stopped));
    request.addEventListener("error", () => giveUp(words.failed));
    request.addEventListener("load", () => {
      if (request.status < 400) return location.assign(request.responseURL);
      const answer = request.response?.getElementById("main");
      if (!answer) return giveUp(words.failed);
      document.getElementById("main").replaceWith(document.adoptNode(answer));
      document.querySelectorAll("form[data-upload]").forEach(showProgress);
      document.querySelector(".c-error-summary")?.focus();
    });
    request.open("POST", form.action);
    request.responseType = "document";
    request.send(new FormData(form, event.submitter));
  });
}

// A page that waits for work looks again by itself; its link does the same by hand.
function reloadWhileWaiting() {
  const waiting = document.querySelector("[data-reload]");
  if (waiting) setTimeout(() => location.reload(), Number(waiting.dataset.reload) * 1000);
}

function openDetailsForPrint() {
  const opened = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((details) => {
      details.open = true;
      opened.push(details);
    });
  });
  addEventListener("afterprint", () => opened.splice(0).forEach((details) => (details.open = false)));
}

// An ARIA combobox over the address in data-suggest, which answers [{label, value, kind, hint}].
// The <datalist> of the page serves where this file does not run.
function addSuggestions(input) {
  const list = element("ul", "c-combo__list");
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.body.dataset.suggestions);
  list.hidden = true;
  const box = element("div", "c-combo");
  input.before(box);
  box.append(input, list);
  input.removeAttribute("list");
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  let active = -1;
  let timer = 0;
  let asked = null;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", onKey);

  async function ask() {
    asked?.abort();
    const typed = input.value.trim();
    if (typed.length < 2) return close();
    asked = new AbortController();
    try {
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set("q", typed);
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch {
      // Asked again meanwhile, or no connection: typing without suggestions still works.
    }
  }

  function show(found) {
    list.replaceChildren(...found.map(option));
    setActive(-1);
    setOpen(found.length > 0 && document.activeElement === input);
  }

  function option(suggestion, index) {
    const item = element("li", "c-combo__option", suggestion.label);
    item.id = `${list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.value = suggestion.value;
    const hint = [suggestion.kind, suggestion.hint].filter(Boolean).join(" · ");
    if (hint) item.append(element("span", "c-combo__hint", hint));
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => choose(item));
    return item;
  }

  function onKey(event) {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      const count = list.children.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(list.children[active]);
    }
  }

  function choose(item) {
    input.value = item.dataset.value;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function setActive(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const item = list.children[active];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function setOpen(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    setOpen(false);
    setActive(-1);
  }
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
