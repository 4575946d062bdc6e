/* FRRouting's daemons ask for rights that they can do without (CAP_SYS_ADMIN, for network
   namespaces), and end where they do not get them. With this library before the others (ld.so(8),
   LD_PRELOAD) they ask for no right that this host does not have (capabilities(7), the bounding set). */

extern void *dlsym(void *library, const char *name);
extern int prctl(int option, ...);

#define NEXT ((void *)-1L)
#define PR_CAPBSET_READ 23

int cap_set_flag(void *rights, int set, int number, const int *wanted, int value)
{
    int (*original)(void *, int, int, const int *, int) = dlsym(NEXT, "cap_set_flag");
    for (int i = 0; i < number; i++)
        if (prctl(PR_CAPBSET_READ, wanted[i], 0, 0, 0) == 1
            && original(rights, set, 1, wanted + i, value) != 0)
            return -1;
    return 0;
}
