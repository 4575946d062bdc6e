// Which texts have less contrast with what is behind them than WCAG 2.2 asks for (1.4.3), and which
// elements reach out of the window or are cut off.
const light = (rgb) => rgb.slice(0, 3).map((each) => each / 255)
  .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
  .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const colour = (text) => {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = text;
  pixel.fillRect(0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data];
};
const over = (above, below) => [0, 1, 2].map((at) => above[at] * above[3] / 255 + below[at] * (1 - above[3] / 255));
const ancestors = (element) => (element ? [...ancestors(element.parentElement), element] : []);
const behind = (element) => ancestors(element).map((each) => colour(getComputedStyle(each).backgroundColor)).reduce((below, each) => over(each, below), [255, 255, 255]);
const contrast = (text, element) => {
  const paper = behind(element);
  const shown = colour(text);
  shown[3] *= ancestors(element).reduce((all, each) => all * Number(getComputedStyle(each).opacity), 1);
  const [more, less] = [light(over(shown, paper)), light(paper)].sort((one, other) => other - one);
  return (more + 0.05) / (less + 0.05);
};
const named = (element) => `${element.tagName}#${element.id}.${element.getAttribute("class")} ${element.textContent.trim().slice(0, 40)}`;
const faint = [];
const out = [];
for (const element of document.querySelectorAll("body *")) {
  const rect = element.getBoundingClientRect();
  if (!rect.width || element.closest(".aloud, .skip, .xterm, script") || element.matches("[disabled]")) continue;
  const drawn = element instanceof SVGElement;
  const style = getComputedStyle(element);
  const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
  const own = element.matches("input, select") || [...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  if (own && contrast(drawn ? style.fill : style.color, drawn ? element.closest("svg").parentElement : element) < least) faint.push(named(element));
  if (element.placeholder && contrast(getComputedStyle(element, "::placeholder").color, element) < least) faint.push(`placeholder of ${named(element)}`);
  if (!drawn && !element.closest("#scroll, #heads") && (rect.left < -1 || rect.right > document.documentElement.clientWidth + 1)) out.push(named(element));
}
return { faint, out };
