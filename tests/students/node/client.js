#!/usr/bin/env node
const net = require('net');
const { pack, unpack } = require('./messages');

const [host, port] = process.argv.slice(2);
const client = net.createConnection({ host, port: Number(port) }, () => {
  client.write(pack('ann', 'hi'));
});
client.on('data', (data) => {
  console.log(unpack(data.toString()).text);
  client.end();
});
