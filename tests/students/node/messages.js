module.exports = {
  pack: (name, text) => JSON.stringify({ name, text }) + '\n',
  unpack: (line) => JSON.parse(line),
};
