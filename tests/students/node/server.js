const net = require('net');
const { pack, unpack } = require('./messages');

const server = net.createServer((socket) => {
  console.log('client connected');
  socket.on('data', (data) => {
    const { name } = unpack(data.toString());
    socket.write(pack('server', `Hello ${name}`));
  });
  socket.on('end', () => console.log('client disconnected'));
});

server.listen(8124, () => console.log('server bound'));
