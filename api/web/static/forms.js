/* 表单的小改进: nothing typed is lost, nothing is sent twice, a wrong file is told before it travels. ES2017, no eval. */
(function () {
  'use strict';

  var DRAFT_DAYS = 3;
  var SILENCE = 45000;
  var each = function (selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  };
  var say = function (place, text) {
    var line = place.querySelector('[data-said]');
    if (!line) {
      line = document.createElement('p');
      line.className = 'hy-error';
      line.setAttribute('data-said', '');
      line.setAttribute('role', 'alert');
      place.appendChild(line);
    }
    line.textContent = text;
    line.hidden = !text;
  };

  /* ---- 草稿: text stays in this browser until the server has acknowledged it; photos can't be kept ---- */

  function key(name) { return 'huying-draft:' + (document.body.getAttribute('data-viewer') || '') + ':' + name; }
  function stored(name) {
    try {
      var draft = JSON.parse(localStorage.getItem(key(name)));
      return draft && Date.now() - draft.at < DRAFT_DAYS * 86400000 ? draft : null;
    } catch (unreadable) { return null; }
  }
  /* A browser that keeps nothing (private mode, full) only loses the draft: the form still works. */
  function store(name, draft) { try { localStorage.setItem(key(name), JSON.stringify(draft)); } catch (full) { return; } }
  function forget(name) { try { localStorage.removeItem(key(name)); } catch (closed) { return; } }

  each('meta[name="huying-draft-done"]', function (acknowledged) { forget(acknowledged.content); });

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (element) {
      return element.name && !/^(csrf_token|command_id|expected_version)$/.test(element.name) &&
        !/^(file|hidden|submit|button|password|fieldset)$/.test(element.type);
    });
  }

  function keepDraft(form) {
    var name = form.getAttribute('data-draft');
    var note = form.querySelector('[data-draft-note]') || form.parentNode.querySelector('[data-draft-note]');
    var sent = false;
    var later = 0;

    function save() {
      var values = fields(form).filter(function (element) { return !/radio|checkbox/.test(element.type) || element.checked; })
        .map(function (element) { return [element.name, element.value]; });
      var typed = fields(form).some(function (element) {
        return /^(text|tel|textarea)/.test(element.type) && element.value && element.value !== element.defaultValue;
      }) || (form.hasAttribute('data-returned') && values.length);
      if (!typed) { forget(name); return; }
      store(name, { at: Date.now(), values: values, sent: sent, command: form.elements.command_id.value });
    }
    /* Words come back as they were; a choice only where the page proposes none, unless the form says otherwise: what the
       platform proposes now may be another than when the words were written. */
    function restore(draft) {
      var choices = form.hasAttribute('data-draft-choices');
      var open = {};
      fields(form).forEach(function (element) {
        var chosen = /radio|checkbox/.test(element.type) ? element.checked : element.value;
        open[element.name] = open[element.name] !== false && !chosen;
      });
      /* The lines of a table have the same names: each gets what was written in its own place. */
      var places = {};
      draft.values.forEach(function (pair) {
        var named = fields(form).filter(function (element) { return element.name === pair[0]; });
        if (named.length > 1 && !/radio|checkbox/.test(named[0].type)) {
          places[pair[0]] = pair[0] in places ? places[pair[0]] + 1 : 0;
          named = named.slice(places[pair[0]], places[pair[0]] + 1);
        }
        named.forEach(function (element) {
          var choice = /radio|checkbox|select/.test(element.type);
          if (choice && !choices && !open[element.name]) return;
          if (/radio|checkbox/.test(element.type)) element.checked = element.checked || element.value === pair[1];
          else element.value = pair[1];
        });
      });
      /* Sent, but no answer came: with the same command id the server recognises it and does nothing twice. */
      sent = draft.sent;
      if (sent) form.elements.command_id.value = draft.command;
      var folded = form.closest('details');
      if (folded) folded.open = true;
      if (!note) return;
      note.textContent = (draft.sent ? '上次提交没有收到平台回执,文字已恢复;再次提交不会重复办理。' : '已恢复上次没有提交的文字。') +
        (form.querySelector('input[type=file]') ? '照片和文件需重新选择。' : '');
      var drop = document.createElement('button');
      drop.type = 'button';
      drop.className = 'btn btn-sm btn-link';
      drop.textContent = '清空重写';
      drop.addEventListener('click', function () { forget(name); location.reload(); });
      note.appendChild(drop);
      note.hidden = false;
    }

    var draft = stored(name);
    /* What the server sent back after a refusal is newer than the draft. */
    if (draft && !form.hasAttribute('data-returned')) restore(draft);
    form.addEventListener('input', function () { clearTimeout(later); later = setTimeout(save, 300); });
    form.addEventListener('change', save);
    form.addEventListener('huying-sending', function () { sent = true; save(); });
    window.addEventListener('pagehide', function () { if (form.hasAttribute('data-touched')) save(); });
    /* Back to a page kept alive after its call was acknowledged: start afresh, don't offer the same call again. */
    window.addEventListener('pageshow', function (event) {
      if (!event.persisted || !sent || stored(name)) return;
      form.removeAttribute('data-touched');
      location.reload();
    });
  }

  /* ---- 必填: told in Chinese whatever the browser speaks; the server checks again ---- */

  function missing(form) {
    var first = null;
    each('[required]', function (element) {
      var place = element.closest('.hy-field');
      if (!place) return;
      var empty = element.type === 'radio'
        ? !form.querySelector('input[name="' + element.name + '"]:checked')
        : element.type === 'checkbox' ? !element.checked : !element.value.trim();
      var name = place.querySelector('label, legend');
      say(place, empty ? '请填写或选择“' + name.firstChild.textContent.trim() + '”。' : '');
      if (empty && !first) first = element;
    }, form);
    return first;
  }

  /* ---- 只提交一次: the second click finds the button asleep; back button and silence wake it ---- */

  function once(form) {
    var buttons = form.querySelectorAll('button[type=submit]');
    var waking = 0;

    function wake() {
      clearTimeout(waking);
      form.removeAttribute('data-sending');
      Array.prototype.forEach.call(buttons, function (button) {
        button.disabled = false;
        if (button.hasAttribute('data-words-before')) button.innerHTML = button.getAttribute('data-words-before');
      });
    }
    form.addEventListener('submit', function (event) {
      if (form.hasAttribute('data-sending')) { event.preventDefault(); return; }
      var gap = missing(form);
      if (gap) {
        event.preventDefault();
        var details = gap.closest('details');
        if (details) details.open = true;
        gap.focus();
        return;
      }
      form.setAttribute('data-sending', '');
      form.dispatchEvent(new CustomEvent('huying-sending'));
      /* After this turn: a disabled button would not send its own value. */
      setTimeout(function () {
        Array.prototype.forEach.call(buttons, function (button) {
          if (!button.classList.contains('hy-person')) {
            button.setAttribute('data-words-before', button.innerHTML);
            button.textContent = '正在提交…';
          }
          button.disabled = true;
        });
      }, 0);
      waking = setTimeout(function () {
        wake();
        say(form, '网络较慢,尚未收到回执。填写的内容都在,可再次提交,不会重复办理。');
      }, SILENCE);
    });
    form.addEventListener('input', function () { form.setAttribute('data-touched', ''); });
    window.addEventListener('pageshow', function (event) { if (event.persisted) wake(); });
  }

  /* ---- 照片: several shots one after the other, each shown, each too big or of a wrong kind told at once ---- */

  function files(field) {
    var input = field.querySelector('input[type=file]');
    var shots = field.querySelector('[data-shots]');
    var limit = Number(document.body.getAttribute('data-file-limit-mb')) || 25;
    var most = Number(field.getAttribute('data-max-files')) || 9;
    var kept = [];
    if (!window.DataTransfer) return;

    function show() {
      var carrier = new DataTransfer();
      kept.forEach(function (file) { carrier.items.add(file); });
      input.files = carrier.files;
      while (shots.firstChild) shots.removeChild(shots.firstChild);
      kept.forEach(function (file, index) {
        var shot = document.createElement('figure');
        shot.className = 'hy-shot';
        if (/^image\//.test(file.type)) {
          var picture = document.createElement('img');
          picture.alt = '';
          picture.src = URL.createObjectURL(file);
          picture.onload = function () { URL.revokeObjectURL(picture.src); };
          shot.appendChild(picture);
        }
        var name = document.createElement('span');
        name.textContent = file.name;
        var drop = document.createElement('button');
        drop.type = 'button';
        drop.textContent = '移除';
        drop.setAttribute('aria-label', '移除 ' + file.name);
        drop.addEventListener('click', function () { kept.splice(index, 1); show(); });
        shot.appendChild(name);
        shot.appendChild(drop);
        shots.appendChild(shot);
      });
    }
    function take(chosen) {
      var refusals = [];
      Array.prototype.forEach.call(chosen, function (file) {
        var twice = kept.some(function (one) { return one.name === file.name && one.size === file.size && one.lastModified === file.lastModified; });
        if (twice) return;
        if (file.size > limit * 1048576) refusals.push('“' + file.name + '”有 ' + Math.ceil(file.size / 1048576) + ' MB,超过每个 ' + limit + ' MB 的上限,没有加入。请压缩或改用较低像素重拍。');
        else if (!file.size) refusals.push('“' + file.name + '”是空文件,没有加入。');
        else if (kept.length >= most) refusals.push('最多 ' + most + ' 个,“' + file.name + '”没有加入。');
        else kept.push(file);
      });
      say(field, refusals.join(''));
      show();
    }
    input.addEventListener('change', function () { take(input.files); });

    function button(words, source) {
      var made = document.createElement('button');
      made.type = 'button';
      made.className = 'btn btn-outline-primary';
      made.textContent = words;
      made.addEventListener('click', function () { source.click(); });
      input.parentNode.insertBefore(made, input);
    }
    /* The browser's own control speaks the browser's language: ours speaks Chinese and leaves it in place, unseen. */
    var phone = window.matchMedia && window.matchMedia('(pointer: coarse)').matches && input.accept.indexOf('image') >= 0;
    input.classList.add('visually-hidden');
    input.tabIndex = -1;
    if (!phone) { button(input.accept === 'image/*' ? '选择照片' : '选择照片或文件', input); return; }

    /* On a phone one button goes straight to the camera, the other opens the album. */
    var camera = document.createElement('input');
    camera.type = 'file';
    camera.accept = 'image/*';
    camera.setAttribute('capture', 'environment');
    camera.hidden = true;
    button('拍照', camera);
    button('从相册选', input);
    camera.addEventListener('change', function () { take(camera.files); camera.value = ''; });
    /* No name and outside the form: it only hands its shots over. */
    document.body.appendChild(camera);
  }

  /* ---- 字数: counted as people count, nothing is cut off while typing ---- */

  function counter(field) {
    var most = Number(field.getAttribute('data-maxlength'));
    var place = document.querySelector('[data-counter-for="' + field.id + '"]');
    if (!place) return;
    function count() {
      var length = Array.from(field.value).length;
      var over = length > most;
      place.textContent = length < most * 0.7 ? '' : length + ' / ' + most + (over ? ',超出 ' + (length - most) + ' 字' : '');
      place.classList.toggle('is-over', over);
    }
    field.addEventListener('input', count);
    count();
  }

  each('form[data-draft]', keepDraft);
  each('form[data-once]', once);
  each('[data-files]', files);
  each('[data-maxlength]', counter);
  /* ---- 已选: what is chosen stands beside the button that stays in view ---- */

  function showChosen(line) {
    var form = line.closest('form');
    function chosen(name) {
      return Array.prototype.map.call(form.querySelectorAll('[name="' + name + '"]'), function (field) {
        if (field.tagName === 'SELECT') return field.value ? field.options[field.selectedIndex].text : '';
        var label = field.checked ? field.parentNode.querySelector('span') : null;
        return label ? label.firstChild.textContent : '';
      }).filter(Boolean);
    }
    function show() {
      var names = line.getAttribute('data-chosen').split(' ');
      var lead = chosen(names[0]).join('、');
      var others = chosen(names[1]).filter(function (name) { return name !== lead; }).join('、');
      line.textContent = '主办:' + (lead || '未选') + ';协办:' + (others || '无');
      line.hidden = false;
    }
    form.addEventListener('change', show);
    show();
  }
  each('[data-chosen]', showChosen);

  /* From here on the page does all it can do. */
  document.documentElement.setAttribute('data-ready', '');
}());
