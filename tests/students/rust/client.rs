use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

fn main() {
    let args: Vec<String> = env::args().collect();
    let mut stream = TcpStream::connect((args[1].as_str(), 3333)).expect("cannot connect");
    stream.write_all(b"Hello from Rust").unwrap();
    let mut data = [0u8; 15];
    stream.read_exact(&mut data).unwrap();
    println!("Reply is ok: {}", String::from_utf8_lossy(&data));
}
