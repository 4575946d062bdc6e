import java.io.*;
import java.net.*;
import java.util.Scanner;

public class QuizClient {
    public static void main(String[] args) throws IOException {
        Socket socket = new Socket("localhost", 6000);
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
        PrintWriter out = new PrintWriter(socket.getOutputStream(), true);
        System.out.print(in.readLine() + " ");
        Scanner keyboard = new Scanner(System.in);
        out.println(keyboard.nextLine());
        System.out.println(in.readLine());
        socket.close();
    }
}
