/* 走势图: draws what the table below it says. Without it, or without scripts, the table is all there is. ES2017, no eval. */
(function () {
  'use strict';

  var COLOURS = ['#1f5fa8', '#b4530a', '#2e7d4f', '#7a4fa3', '#a3242f', '#5b6775'];
  var MARKS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'emptyCircle'];

  function told(one) { return one.values.some(function (value) { return value !== null; }); }

  /* A line keeps its colour and mark whichever others have nothing to show; an axis stands only where something is on it. */
  function drawn(chart, narrow) {
    var series = chart.series.map(function (one, number) {
      var colour = COLOURS[number % COLOURS.length];
      return one.bars
        ? { name: one.name, type: 'bar', data: one.values, barMaxWidth: 28, itemStyle: { color: '#c9d6e6' } }
        : { name: one.name, type: 'line', data: one.values, symbol: MARKS[number % MARKS.length], symbolSize: 7,
          lineStyle: { width: 2, color: colour }, itemStyle: { color: colour } };
    }).filter(function (one, number) { return told(chart.series[number]); });
    var bars = series.some(function (one) { return one.type === 'bar'; });
    var lines = series.some(function (one) { return one.type === 'line'; });
    var label = { color: '#33404f', fontSize: 13 };
    var axes = [];
    if (lines) axes.push({ type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value}%', color: '#33404f' } });
    if (bars) axes.push({ type: 'value', minInterval: 1, splitLine: { show: !lines }, axisLabel: { formatter: '{value} 件', color: '#33404f' } });
    series.forEach(function (one) { if (one.type === 'bar' && lines) one.yAxisIndex = 1; });
    return {
      animation: false,
      textStyle: { fontFamily: 'inherit' },
      legend: { top: 0, left: 0, type: narrow ? 'scroll' : 'plain', textStyle: label },
      grid: { top: narrow ? 44 : 64, left: 4, right: bars ? 4 : 12, bottom: 4, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
      xAxis: { type: 'category', data: chart.months, axisLabel: label },
      yAxis: axes,
      series: series,
    };
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-chart]'), function (card) {
    if (!window.echarts) return;
    var chart = JSON.parse(card.getAttribute('data-chart'));
    var something = chart.series.some(function (one) { return one.values.some(function (value) { return value; }); });
    if (!something) return;
    card.hidden = false;
    var place = card.querySelector('.hy-chart');
    var picture = window.echarts.init(place, null, { renderer: 'canvas' });
    function draw() { picture.resize(); picture.setOption(drawn(chart, place.clientWidth < 560), true); }
    draw();
    window.addEventListener('resize', draw);
  });
}());
