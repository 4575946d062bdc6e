import java.io.*;
import java.net.*;

public class QuizServer {
    public static void main(String[] args) throws IOException {
        Question question = new Question("Which layer is TCP on?", "transport");
        try (ServerSocket server = new ServerSocket(6000)) {
            System.out.println("Server started");
            Socket socket = server.accept();
            System.out.println("Client accepted");
            PrintWriter out = new PrintWriter(socket.getOutputStream(), true);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            out.println(question.getText());
            String line = in.readLine();
            out.println(question.isAnswer(line) ? "Correct!" : "Wrong!");
            socket.close();
        }
    }
}
