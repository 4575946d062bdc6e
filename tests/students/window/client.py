import socket
import tkinter as tk
from threading import Thread

HOST = 'localhost'
PORT = 8790


class App:
    def __init__(self, root):
        self.root = root
        root.title('Capitals')
        root.geometry('360x220')
        tk.Label(root, text='Country:').pack()
        self.entry = tk.Entry(root)
        self.entry.pack()
        self.entry.bind('<Return>', self.ask)
        self.entry.focus()
        tk.Button(root, text='Ask', command=self.ask, bg='lightblue').pack(pady=5)
        self.answer = tk.Label(root, text='...', font=('Helvetica', 20), fg='darkgreen')
        self.answer.pack(pady=10)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.connect((HOST, PORT))
        Thread(target=self.receive, daemon=True).start()

    def receive(self):
        while True:
            data = self.sock.recv(1024)
            if not data:
                break
            text = data.decode()
            print('got', text)
            self.root.after(0, lambda text=text: self.answer.config(text=text))

    def ask(self, event=None):
        self.sock.send(self.entry.get().encode())
        self.entry.delete(0, tk.END)


root = tk.Tk()
app = App(root)
root.mainloop()
