/* 页面的小改进: live updates, printing, filtering long lists. Every page works without it. ES2017, no eval. */
(function () {
  'use strict';

  var each = function (selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  };

  /* ---- 有更新: one stream for the page; a region refreshes itself, a page somebody works on only says so ---- */

  function live() {
    var regions = Array.prototype.filter.call(document.querySelectorAll('[data-live]'), function (region) {
      return region.getAttribute('data-live');
    });
    if (!regions.length || !window.EventSource) return;
    var topics = regions.map(function (region) { return region.getAttribute('data-live'); }).join(',');
    var bar = document.querySelector('[data-live-bar]');
    bar.querySelector('button').addEventListener('click', function () { location.reload(); });
    var waiting = 0;
    var wasLost = false;

    function isWorking() {
      var active = document.activeElement;
      var typing = active && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName);
      var reading = document.querySelector('[data-live] details[open], [data-live] input:checked');
      return Boolean(typing || reading || document.querySelector('form[data-touched]'));
    }
    function refresh() {
      waiting = 0;
      if (document.hidden) { document.addEventListener('visibilitychange', changed, { once: true }); return; }
      var quiet = regions.every(function (region) { return region.getAttribute('data-live-mode') === 'refresh'; });
      if (!quiet || isWorking() || !window.htmx) { bar.hidden = false; return; }
      /* What this page said of its age stands outside the regions: it is asked for anew as a whole. */
      if (document.querySelector('main > [data-waiting]')) { location.reload(); return; }
      regions.forEach(function (region) {
        var place = '#' + region.id;
        window.htmx.ajax('GET', location.href, { target: place, select: place, swap: 'outerHTML' });
      });
    }
    function changed() { if (!waiting) waiting = window.setTimeout(refresh, 400); }

    var source = new EventSource('/live?topics=' + encodeURIComponent(topics));
    source.addEventListener('changed', changed);
    source.addEventListener('error', function () { wasLost = true; });
    /* What happened while the line was down is not told again: look once. */
    source.addEventListener('open', function () { if (wasLost) { wasLost = false; changed(); } });
    window.addEventListener('pagehide', function () { source.close(); });
  }

  /* ---- 查找: the same answer is not put in again: whoever walks through it by keyboard keeps their place ---- */

  var answered = new WeakMap();
  document.addEventListener('htmx:beforeSwap', function (event) {
    var place = event.detail.target;
    if (answered.get(place) === event.detail.serverResponse) event.detail.shouldSwap = false;
    else answered.set(place, event.detail.serverResponse);
  });

  /* ---- 筛选: folded on a phone, open where there is room ---- */

  if (window.matchMedia && window.matchMedia('(min-width: 768px)').matches) {
    each('details.hy-filters', function (filters) { filters.open = true; });
  }

  /* ---- 打印: the computation of every deadline is opened on paper, then closed again ---- */

  var openedForPrint = [];
  window.addEventListener('beforeprint', function () {
    each('article details.hy-how:not([open])', function (how) { how.open = true; openedForPrint.push(how); });
  });
  window.addEventListener('afterprint', function () {
    openedForPrint.forEach(function (how) { how.open = false; });
    openedForPrint = [];
  });
  each('[data-print]', function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  /* ---- 长名单: a box that narrows people, choices and selects as one types ---- */

  function narrowPeople(scope) {
    var box = scope.querySelector('[data-filter]');
    var none = scope.querySelector('[data-filter-none]');
    scope.querySelector('[data-filter-box]').hidden = false;
    box.addEventListener('input', function () {
      var words = box.value.trim().split(/\s+/);
      var found = 0;
      each('[data-filter-group]', function (group) {
        var here = 0;
        each('li[data-words]', function (row) {
          var text = row.getAttribute('data-words');
          row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
          here += row.hidden ? 0 : 1;
        }, group);
        group.hidden = here === 0;
        found += here;
      }, scope);
      none.hidden = found > 0;
    });
  }

  function filterBox(before, label) {
    var box = document.createElement('input');
    box.type = 'search';
    box.className = 'form-control hy-filter';
    box.placeholder = label;
    box.setAttribute('aria-label', label);
    box.autocomplete = 'off';
    before.parentNode.insertBefore(box, before);
    /* Enter in the box must not send the form it stands in. */
    box.addEventListener('keydown', function (event) { if (event.key === 'Enter') event.preventDefault(); });
    return box;
  }

  function narrowOptions(list) {
    var box = filterBox(list, '输入名称筛选');
    box.addEventListener('input', function () {
      each('.hy-option', function (option) {
        option.hidden = option.textContent.indexOf(box.value.trim()) < 0 && !option.querySelector('input').checked;
      }, list);
    });
  }

  function narrowSelect(select) {
    var all = Array.prototype.slice.call(select.options);
    var box = filterBox(select, '输入名称筛选');
    box.addEventListener('input', function () {
      var chosen = select.value;
      while (select.options.length) select.remove(0);
      var fitting = all.filter(function (option, index) {
        return index === 0 || option.value === chosen || option.text.indexOf(box.value.trim()) >= 0;
      });
      fitting.forEach(function (option) { select.add(option); });
      select.value = chosen;
      /* One left: it is what was meant. */
      if (!chosen && box.value.trim() && fitting.length === 2) select.value = fitting[1].value;
    });
  }

  each('[data-filter-scope]', narrowPeople);
  each('.hy-options[data-filterable]', narrowOptions);
  each('select[data-filterable]', narrowSelect);

  /* ---- 菜单: closes when one clicks elsewhere or presses Escape ---- */

  each('details.hy-account', function (menu) {
    document.addEventListener('click', function (event) { if (!menu.contains(event.target)) menu.open = false; });
    document.addEventListener('keydown', function (event) {
      if (event.key === 'Escape' && menu.open) { menu.open = false; menu.querySelector('summary').focus(); }
    });
  });

  /* On a phone the keyboard would push the bottom bar over the field being filled. */
  document.addEventListener('focusin', function (event) {
    document.body.classList.toggle('is-typing', /^(text|search|tel|number|password|textarea)$/.test(event.target.type || ''));
  });
  document.addEventListener('focusout', function () { document.body.classList.remove('is-typing'); });

  /* After a refusal, the place to act on is where the reader is taken. */
  var wrong = document.querySelector('[data-invalid]') || document.querySelector('[data-problem]');
  if (wrong) wrong.focus();

  live();
}());
