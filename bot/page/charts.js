// Charts where looking beats reading, each with a key and the same figures as a table. Chart.js is fetched when the first is seen.
import { make, table, unique } from "./dom.js";
import { VERDICTS } from "./options.js";
import { first, money, number, rough } from "./words.js";

/** The charts that a reply carries (bot/channels/README.md says in what form); null where it has none. */
export function charts(chart) {
  const drawn = [
    chart?.price_throughput?.points?.length && priceThroughput(chart.price_throughput),
    chart?.memory?.parts?.length && memory(chart.memory),
    chart?.rent_or_buy?.months?.length && rentOrBuy(chart.rent_or_buy),
  ].filter(Boolean);
  return drawn.length ? make("div.charts", { "data-count": drawn.length }, drawn) : null;
}

let library;
const chartJs = () => (library ||= import("./vendor/chart.js").then(() => globalThis.Chart));

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { seen.unobserve(target); draw(target); }
}, { rootMargin: "200px" });

const configs = new WeakMap();
async function draw(canvas) {
  try {
    const Chart = await chartJs();
    Chart.getChart(canvas)?.destroy();
    new Chart(canvas, configs.get(canvas)(palette()));
    canvas.dataset.drawn = "";
  } catch { // without the library the table tells it all
    library = undefined;
    canvas.closest("figure").querySelector("details").open = true;
    canvas.parentElement.remove();
  }
}

/** Drawn again in the colours of the theme that now holds. */
export function redraw() {
  for (const canvas of document.querySelectorAll("canvas[data-drawn]")) draw(canvas);
}

/** The theme's colours as a canvas understands them. */
function palette() {
  const probe = make("i", { hidden: true });
  document.body.append(probe);
  const colour = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
  const found = Object.fromEntries(["ink", "soft", "line", "card", "accent", "warn", "over", "c1", "c2", "c3", "c4", "c5", "free"].map((name) => [name, colour(name)]));
  probe.remove();
  return found;
}

function figure({ title, summary, tall, key, rows, columns }, config) {
  const heading = unique("chart");
  const canvas = make("canvas", { role: "img", "aria-label": summary });
  configs.set(canvas, config);
  seen.observe(canvas);
  return make(
    "figure.chart",
    { "aria-labelledby": heading },
    make("figcaption", { id: heading }, title),
    make(tall ? "div.canvas.tall" : "div.canvas", canvas),
    key,
    make("details", make("summary", "The same as a table"), table({ title, columns, rows })),
  );
}

function options(c, scales, tooltip) {
  const axis = (given) => ({
    ...given,
    grid: { color: c.line, drawTicks: false, ...given.grid },
    border: { color: c.line },
    ticks: { color: c.soft, padding: 6, maxRotation: 0, autoSkipPadding: 16, ...given.ticks },
    title: given.title && { display: true, text: given.title, color: c.soft, font: { size: 12 } },
  });
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { top: 12, right: 16 } },
    font: { family: "system-ui, sans-serif" },
    plugins: { legend: { display: false }, tooltip: { callbacks: tooltip, displayColors: false } },
    scales: Object.fromEntries(Object.entries(scales).map(([name, given]) => [name, axis(given)])),
  };
}

const letter = (i) => String.fromCharCode(65 + i);
const COLOURS = { recommended: "accent", keep: "accent", rent: "accent", not_enough: "warn" };
const SHAPES = { recommended: "circle", keep: "circle", rent: "circle", not_enough: "rectRot" };

/** Axes by powers of ten where the values span more than that, marked at 1, 2 and 5 times each power. */
function spread(values, title, format) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low <= 0 || high / low < 12) return { type: "linear", beginAtZero: true, suggestedMax: high * 1.1, title, ticks: { callback: format, maxTicksLimit: 6 } };
  const step = high / low > 1000 ? [1] : [1, 2, 5];
  const marked = (value) => step.includes(Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(2)));
  return { type: "logarithmic", min: low / 1.6, max: high * 1.6, title: `${title} (powers of ten)`, grid: {}, ticks: { callback: (v) => (marked(v) ? format(v) : null) } };
}

const compact = new Intl.NumberFormat("en-GB", { notation: "compact", maximumSignificantDigits: 3 });
const pounds = (value) => `£${compact.format(value).replace("K", "k")}`;

function priceThroughput({ title, y, need, need_label: label, points }) {
  const told = (p) => `${money(p.price)}, ${rough(p.value)} ${y} (${rough(p.low)} to ${rough(p.high)})`;
  const key = make("ol.key", points.map((p, i) => make(
    "li", { "data-verdict": p.verdict }, make("b.letter", letter(i)), make("span", `${first(p.name)} `, make("em", (VERDICTS[p.verdict] || [p.verdict])[0].toLowerCase())),
  )));
  if (need) key.append(make("li", make("b.stroke.need"), make("span", first(label || `need ${number(need)} ${y}`))));
  return figure(
    {
      title: first(title), key, tall: true,
      summary: `${first(title)}. ${label ? `${first(label)}. ` : ""}${points.map((p) => `${first(p.name)}: ${told(p)}`).join(". ")}.`,
      columns: ["Option", "Verdict", "Price", `Throughput, ${y}`, "80 % range"],
      rows: points.map((p) => [first(p.name), (VERDICTS[p.verdict] || [p.verdict])[0], money(p.price), rough(p.value), `${rough(p.low)} to ${rough(p.high)}`]),
    },
    (c) => ({
      type: "scatter",
      data: { datasets: [{
        data: points.map((p) => ({ x: p.price, y: p.value })),
        pointStyle: points.map((p) => SHAPES[p.verdict] || "triangle"),
        pointBackgroundColor: points.map((p) => c[COLOURS[p.verdict] || "over"]),
        pointBorderColor: c.card, pointBorderWidth: 1.5, pointRadius: 7, pointHoverRadius: 9, clip: false,
      }] },
      options: options(c, {
        x: spread(points.map((p) => p.price), "Price", pounds),
        y: spread([...points.flatMap((p) => [p.low, p.high]), ...(need ? [need] : [])], first(y), (v) => compact.format(v)),
      }, { label: (at) => `${letter(at.dataIndex)}  ${told(points[at.dataIndex])}` }),
      plugins: [{
        id: "ranges",
        beforeDatasetsDraw: ({ ctx, scales: { x, y: up }, chartArea: area }) => {
          ctx.save();
          points.forEach((p) => {
            const at = x.getPixelForValue(p.price);
            ctx.strokeStyle = c[COLOURS[p.verdict] || "over"];
            ctx.lineWidth = 2;
            stroke(ctx, [at, up.getPixelForValue(p.low)], [at, up.getPixelForValue(p.high)]);
            for (const end of [p.low, p.high]) stroke(ctx, [at - 5, up.getPixelForValue(end)], [at + 5, up.getPixelForValue(end)]);
          });
          if (need) {
            const at = up.getPixelForValue(need);
            ctx.setLineDash([6, 4]);
            ctx.strokeStyle = c.ink;
            ctx.lineWidth = 1.5;
            stroke(ctx, [area.left, at], [area.right, at]);
          }
          ctx.restore();
        },
        afterDatasetsDraw: ({ ctx, scales: { x, y: up } }) => {
          ctx.save();
          ctx.font = "700 12px system-ui, sans-serif";
          ctx.fillStyle = c.ink;
          ctx.textBaseline = "middle";
          const taken = [];
          points.forEach((p, i) => {
            const [px, py] = [x.getPixelForValue(p.price), up.getPixelForValue(p.value)];
            const left = taken.some(([tx, ty]) => Math.abs(px + 14 - tx) < 14 && Math.abs(py - ty) < 14);
            const at = left ? px - 22 : px + 14;
            taken.push([at, py]);
            ctx.fillText(letter(i), at, py);
          });
          ctx.restore();
        },
      }],
    }),
  );
}

function stroke(ctx, from, to) {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

function memory({ title, name, available, parts }) {
  const needed = parts.reduce((sum, part) => sum + part.gb, 0);
  const free = Math.max(0, available - needed);
  const shown = [...parts.map((p, i) => ({ ...p, colour: `c${(i % 5) + 1}` })), ...(free > 0 ? [{ name: "free", gb: free, colour: "free" }] : [])];
  const key = make("ul.key", shown.map((p) => make("li", make("b.swatch", { "data-colour": p.colour }), make("span", `${first(p.name)} `, make("em", `${number(p.gb)} GB`)))));
  return figure(
    {
      title: first(title), key,
      summary: `${first(title)}${name && !title.includes(name) ? ` on ${name}` : ""}: ${number(needed)} GB used${available ? ` of ${number(available)} GB` : ""}. ${parts.map((p) => `${first(p.name)} ${number(p.gb)} GB`).join(", ")}.`,
      columns: ["Part", "GB"],
      rows: [...parts.map((p) => [first(p.name), number(p.gb)]), ["In all", number(needed)], ...(available ? [["Can be planned for", number(available)]] : [])],
    },
    (c) => ({
      type: "bar",
      data: { labels: [""], datasets: shown.map((p) => ({ label: first(p.name), data: [p.gb], backgroundColor: c[p.colour], borderColor: c.card, borderWidth: 2, borderSkipped: false, barThickness: 36 })) },
      options: {
        ...options(c, {
          x: { stacked: true, max: Math.max(needed, available || 0), title: "GB", ticks: { maxTicksLimit: 7 } },
          y: { stacked: true, display: false },
        }, { title: () => "", label: (at) => `${at.dataset.label}: ${number(at.raw)} GB` }),
        indexAxis: "y",
      },
      plugins: needed > available && available ? [{
        id: "limit",
        afterDatasetsDraw: ({ ctx, scales: { x }, chartArea: area }) => {
          ctx.save();
          ctx.strokeStyle = ctx.fillStyle = c.ink;
          ctx.setLineDash([6, 4]);
          const at = x.getPixelForValue(available);
          stroke(ctx, [at, area.top], [at, area.bottom]);
          ctx.font = "600 12px system-ui, sans-serif";
          ctx.textAlign = at > area.right - 80 ? "right" : "left";
          ctx.fillText(`${number(available)} GB there`, at + (ctx.textAlign === "left" ? 5 : -5), area.top + 8);
          ctx.restore();
        },
      }] : [],
    }),
  );
}

function rentOrBuy({ title, months, buy, rent, break_even: even, buy_name: bought, rent_name: rented }) {
  const key = make(
    "ul.key",
    make("li", make("b.stroke"), make("span", `Buy: ${bought}`)),
    make("li", make("b.stroke.dashed"), make("span", `Rent: ${rented.replace(/^rent /, "")}`)),
  );
  const every = Math.max(1, Math.round(months.length / 6));
  const last = months.length - 1;
  const met = even ? `They meet after ${number(even)} months.` : "Buying does not catch up in that time.";
  return figure(
    {
      title: first(title), key, tall: true,
      summary: `${first(title)}. After ${months[last]} months: buying ${money(buy[last])}, renting ${money(rent[last])}. ${met}`,
      columns: ["After months", "Buy and run", "Rent"],
      rows: months.map((m, i) => [String(m), money(buy[i]), money(rent[i])]).filter((_, i) => i % every === 0 || i === last),
    },
    (c) => {
      const line = (label, values, colour, dash) => ({ label, data: values.map((v, i) => ({ x: months[i], y: v })), showLine: true, borderColor: colour, backgroundColor: colour, borderDash: dash, borderWidth: 2.5, pointRadius: 0, pointHitRadius: 12 });
      return {
        type: "scatter",
        data: { datasets: [line("Buy", buy, c.accent, []), line("Rent", rent, c.over, [7, 5])] },
        options: options(c, {
          x: { type: "linear", max: months[last], title: "Months", ticks: { maxTicksLimit: 8 } },
          y: { type: "linear", beginAtZero: true, title: "Spent in all", ticks: { callback: pounds, maxTicksLimit: 6 } },
        }, { label: (at) => `${at.dataset.label}, ${number(at.raw.x)} months: ${money(at.raw.y)}` }),
        plugins: even && even <= months[last] ? [{
          id: "even",
          afterDatasetsDraw: ({ ctx, scales: { x }, chartArea: area }) => {
            ctx.save();
            ctx.strokeStyle = ctx.fillStyle = c.soft;
            ctx.setLineDash([3, 3]);
            const at = x.getPixelForValue(even);
            stroke(ctx, [at, area.top], [at, area.bottom]);
            ctx.font = "600 12px system-ui, sans-serif";
            ctx.textAlign = at > area.right - 110 ? "right" : "left";
            ctx.fillText(`${number(even)} months`, at + (ctx.textAlign === "left" ? 5 : -5), area.top + 10);
            ctx.restore();
          },
        }] : [],
      };
    },
  );
}
