/* A PKCS#11 module for benches: hands out the functions of the module in STOPWATCH_MODULE as they are, but for three,
 * whose time it writes to the file in STOPWATCH_LOG, one line a call: name and nanoseconds. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef void (*function)(void);

/* CK_FUNCTION_LIST of PKCS#11 2.40: a version, then 68 functions, counted from C_Initialize as 0. */
typedef struct {
    unsigned char version[2];
    function functions[68];
} function_list;
enum { SIGN_INIT = 42, SIGN = 43, GENERATE_KEY_PAIR = 59 };

typedef CK_RV get_function_list(function_list **);
typedef CK_RV sign_init(CK_ULONG, void *, CK_ULONG);
typedef CK_RV sign(CK_ULONG, void *, CK_ULONG, void *, CK_ULONG *);
typedef CK_RV generate_key_pair(CK_ULONG, void *, void *, CK_ULONG, void *, CK_ULONG, CK_ULONG *, CK_ULONG *);

static function_list target, offered;
static int log_file = -1;

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void note(const char *name, long long nanoseconds)
{
    char line[64];
    int length = snprintf(line, sizeof line, "%s %lld\n", name, nanoseconds);
    if (write(log_file, line, (size_t)length) != length)
        abort();
}

static CK_RV timed_sign_init(CK_ULONG session, void *mechanism, CK_ULONG key)
{
    long long begin = now();
    CK_RV code = ((sign_init *)target.functions[SIGN_INIT])(session, mechanism, key);
    note("C_SignInit", now() - begin);
    return code;
}

static CK_RV timed_sign(CK_ULONG session, void *data, CK_ULONG length, void *out, CK_ULONG *out_length)
{
    long long begin = now();
    CK_RV code = ((sign *)target.functions[SIGN])(session, data, length, out, out_length);
    note("C_Sign", now() - begin);
    return code;
}

static CK_RV timed_generate_key_pair(CK_ULONG session, void *mechanism, void *public, CK_ULONG public_length,
                                     void *private, CK_ULONG private_length, CK_ULONG *one, CK_ULONG *other)
{
    long long begin = now();
    CK_RV code = ((generate_key_pair *)target.functions[GENERATE_KEY_PAIR])(session, mechanism, public, public_length,
                                                                            private, private_length, one, other);
    note("C_GenerateKeyPair", now() - begin);
    return code;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(function_list **list)
{
    const char *module = getenv("STOPWATCH_MODULE"), *log_path = getenv("STOPWATCH_LOG");
    void *library = module ? dlopen(module, RTLD_NOW | RTLD_LOCAL) : NULL;
    function_list *found;
    union { /* ISO C has no cast from a pointer to data to one to a function */
        void *symbol;
        get_function_list *function;
    } get = {library ? dlsym(library, "C_GetFunctionList") : NULL};
    if (!get.symbol || !log_path || get.function(&found) != 0)
        return 0x05; /* CKR_GENERAL_ERROR */
    if (log_file < 0)
        log_file = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_file < 0)
        return 0x05;
    target = offered = *found;
    offered.functions[SIGN_INIT] = (function)timed_sign_init;
    offered.functions[SIGN] = (function)timed_sign;
    offered.functions[GENERATE_KEY_PAIR] = (function)timed_generate_key_pair;
    *list = &offered;
    return 0;
}
