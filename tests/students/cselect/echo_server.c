#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/select.h>
#include <sys/socket.h>

#define PORT 8888
#define MAX_CLIENTS 30

int main(int argc, char *argv[])
{
    int master, new_socket, client[MAX_CLIENTS], max_sd, i, n, on = 1;
    char buffer[1025];
    struct sockaddr_in address;
    socklen_t addrlen = sizeof(address);
    fd_set readfds;

    memset(client, 0, sizeof(client));
    master = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(master, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = INADDR_ANY;
    address.sin_port = htons(PORT);
    if (bind(master, (struct sockaddr *)&address, sizeof(address)) < 0) {
        perror("bind failed");
        exit(EXIT_FAILURE);
    }
    listen(master, 3);
    printf("Listener on port %d\n", PORT);
    while (1) {
        FD_ZERO(&readfds);
        FD_SET(master, &readfds);
        max_sd = master;
        for (i = 0; i < MAX_CLIENTS; i++) {
            if (client[i] > 0)
                FD_SET(client[i], &readfds);
            if (client[i] > max_sd)
                max_sd = client[i];
        }
        select(max_sd + 1, &readfds, NULL, NULL, NULL);
        if (FD_ISSET(master, &readfds)) {
            new_socket = accept(master, (struct sockaddr *)&address, &addrlen);
            printf("New connection from %s\n", inet_ntoa(address.sin_addr));
            for (i = 0; i < MAX_CLIENTS; i++)
                if (client[i] == 0) {
                    client[i] = new_socket;
                    break;
                }
        }
        for (i = 0; i < MAX_CLIENTS; i++)
            if (client[i] && FD_ISSET(client[i], &readfds)) {
                n = read(client[i], buffer, 1024);
                if (n <= 0) {
                    printf("Host disconnected\n");
                    close(client[i]);
                    client[i] = 0;
                } else
                    send(client[i], buffer, n, 0);
            }
    }
}
