/* See plan.h. One thread calls the module, as in the worker; several processes may share a plan and its counters. */
#include "plan.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct counters {
    CK_ULONG calls[FUNCTIONS], gone, code_when_gone;
};

struct plan plan;
static struct counters ours, *everybodys = &ours;
static struct stat seen;

static const char *const function_names[FUNCTIONS] = {
#define F(name, needs, parameters, arguments, question) #name,
#include "functions.h"
#undef F
};
static const char *const fault_names[FAULTS] = {
    [ERROR] = "error",       [HANG] = "hang",         [KILL] = "kill",
    [SEGV] = "segv",         [ABSENT] = "absent",     [TORN] = "torn",
    [EMPTY_ID] = "empty-id", [DOUBLE] = "double",     [SERIAL] = "serial",
    [FLAGS] = "flags",       [FLOOD] = "flood",       [GARBAGE] = "garbage",
    [SHORT_READ] = "short-read",                      [WRONG_SIGNATURE] = "wrong-signature",
};

/* The call under way. */
static struct {
    enum function function;
    CK_ULONG of_worker, of_plan;
    char struck[200];
} now;

/* A plan that cannot be carried out must not look like a token without faults. */
static void give_up(const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    fputs("shim: ", stderr);
    vfprintf(stderr, form, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    _exit(99);
}

CK_ULONG number(const char *word) { return strtoul(word, NULL, 0); }

CK_ULONG octets(const char *word, CK_BYTE *out, size_t room)
{
    size_t length = 0;
    for (unsigned value; length < room && sscanf(word + 2 * length, "%2x", &value) == 1; length++)
        out[length] = (CK_BYTE)value;
    return length;
}

static int index_of(const char *name, const char *const *names, int count)
{
    for (int place = 0; place < count; place++)
        if (!strcmp(name, names[place])) return place;
    return -1;
}

/* Memory that is a file beside the plan, so that it outlives this process. */
static void *kept(const char *ending, size_t size)
{
    char path[4200];
    snprintf(path, sizeof path, "%s.%s", getenv("P11_SHIM_PLAN"), ending);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, (off_t)size) < 0) give_up("%s cannot be written", path);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) give_up("%s cannot be mapped", path);
    close(file);
    return memory;
}

CK_ULONG *wrong_tries(void)
{
    static CK_ULONG *tries, none[PINS];
    if (!getenv("P11_SHIM_PLAN")) return none;
    return tries ? tries : (tries = kept("tries", sizeof none));
}

static void read_fault(const char *line)
{
    char name[40], scope[8], when[8], what[20];
    struct fault *fault = &plan.faults[plan.count];
    char onwards = 0;
    int words = sscanf(line, "%39s %lu%c %7s %7s %19s %39s %39s", name, &fault->nth, &onwards, scope, when, what,
                       fault->word, fault->text);
    fault->function = index_of(name, function_names, FUNCTIONS);
    int kind = index_of(what, fault_names, FAULTS);
    if (words < 6 || fault->function < 0 || kind < 0 || plan.count + 1 == sizeof plan.faults / sizeof *fault)
        give_up("this line of the plan is not understood: %s", line);
    fault->what = (enum what)kind;
    fault->onwards = onwards == '+';
    fault->counted_by_plan = !strcmp(scope, "plan");
    fault->after = !strcmp(when, "after");
    plan.count++;
}

static void read_line(const char *line)
{
    char words[PINS][300] = {"", "", ""};
    if (sscanf(line, "plan %39s", plan.id) == 1) return;
    if (sscanf(line, "tries %lu %lu", &plan.tries_allowed[SO_PIN], &plan.tries_allowed[USER_PIN]) == 2) return;
    if (sscanf(line, "pinpad %299s %299s %299s", words[SO_PIN], words[USER_PIN], words[NEW_PIN]) == PINS) {
        plan.pinpad = 1;
        for (int pin = 0; pin < PINS; pin++)
            plan.typed[pin].length = octets(words[pin], plan.typed[pin].octets, sizeof plan.typed[pin].octets);
        return;
    }
    read_fault(line);
}

/* Reads the plan again where its file is another than before; counting then begins anew. */
static void read_plan(void)
{
    const char *path = getenv("P11_SHIM_PLAN");
    struct stat status;
    if (!path) return;
    if (stat(path, &status) < 0) give_up("%s cannot be read", path);
    if (status.st_ino == seen.st_ino && !memcmp(&status.st_mtim, &seen.st_mtim, sizeof seen.st_mtim)) return;
    FILE *file = fopen(path, "re");
    if (!file) give_up("%s cannot be read", path);
    char line[1024], ending[48];
    memset(&plan, 0, sizeof plan);
    while (fgets(line, sizeof line, file))
        if (line[0] != '\n' && line[0] != '#') read_line(line);
    fclose(file);
    if (!plan.id[0]) give_up("%s has no line with its id", path);
    if (everybodys != &ours) munmap(everybodys, sizeof *everybodys);
    memset(&ours, 0, sizeof ours);
    snprintf(ending, sizeof ending, "%s.calls", plan.id);
    everybodys = kept(ending, sizeof *everybodys);
    seen = status;
}

/* One line a call: process, function, number of the call, return code (- where none is given), faults that struck. */
static void write_log(const CK_RV *answer)
{
    const char *path = getenv("P11_SHIM_LOG");
    if (!path) return;
    char line[400], code[24] = "-";
    if (answer) snprintf(code, sizeof code, "0x%08lx", *answer);
    int length = snprintf(line, sizeof line, "%d %s %lu %s %s\n", (int)getpid(), function_names[now.function],
                          now.of_worker, code, now.struck[0] ? now.struck : "-");
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, line, (size_t)length) != length) give_up("%s cannot be written", path);
    close(file);
}

static int is_due(const struct fault *fault)
{
    CK_ULONG n = fault->counted_by_plan ? now.of_plan : now.of_worker;
    return fault->function == (int)now.function && n && (fault->onwards ? n >= fault->nth : n == fault->nth);
}

static void note(const struct fault *fault)
{
    size_t used = strlen(now.struck);
    snprintf(now.struck + used, sizeof now.struck - used, "%s%s:%s", used ? "," : "", fault->after ? "after" : "before",
             fault_names[fault->what]);
}

static const struct fault *find(enum what what, const CK_ULONG *attribute)
{
    for (const struct fault *fault = plan.faults; fault < plan.faults + plan.count; fault++)
        if (fault->what == what && is_due(fault) && (!attribute || number(fault->word) == *attribute)) {
            note(fault);
            return fault;
        }
    return NULL;
}

const struct fault *strikes(enum what what) { return find(what, NULL); }

const struct fault *strikes_attribute(enum what what, CK_ULONG attribute) { return find(what, &attribute); }

/* Never comes back, but for the end of whoever waits: a worker must not outlive a test. */
static void hang(void)
{
    for (pid_t parent = getppid(); getppid() == parent;) usleep(50000);
    _exit(99);
}

/* Strikes with the faults of any function that are planned for this side of the call. */
static CK_RV strike(CK_RV answer, int after)
{
    for (const struct fault *fault = plan.faults; fault < plan.faults + plan.count; fault++) {
        if (fault->after != after || fault->what > ABSENT || !is_due(fault)) continue;
        /* A call that has failed by itself keeps its own code. */
        if (fault->what == ERROR && after && answer != CKR_OK) continue;
        note(fault);
        struct counters *counters = fault->counted_by_plan ? everybodys : &ours;
        switch (fault->what) {
        case ERROR:
            answer = number(fault->word);
            break;
        case ABSENT:
            counters->gone = 1;
            counters->code_when_gone = number(fault->word);
            break;
        default:
            write_log(NULL);
            if (fault->what == HANG) hang();
            raise(fault->what == KILL ? SIGKILL : SIGSEGV);
        }
    }
    return answer;
}

int token_is_gone(CK_RV *code)
{
    const struct counters *counters = ours.gone ? &ours : everybodys;
    *code = counters->code_when_gone;
    return counters->gone != 0;
}

CK_RV call_begins(enum function function, enum needs needs, int question)
{
    CK_RV answer = PROCEED, code;
    read_plan();
    memset(&now, 0, sizeof now);
    now.function = function;
    if (!question) {
        now.of_worker = ++ours.calls[function];
        now.of_plan = everybodys == &ours ? 0 : __atomic_add_fetch(&everybodys->calls[function], 1, __ATOMIC_SEQ_CST);
    }
    answer = strike(answer, 0);
    if (answer != PROCEED || needs == MODULE || !token_is_gone(&code)) return answer;
    snprintf(now.struck, sizeof now.struck, "gone");
    if (needs == TOKEN) return CKR_TOKEN_NOT_PRESENT;
    return code != CKR_OK ? code : PROCEED;
}

CK_RV call_ends(CK_RV answer)
{
    answer = strike(answer, 1);
    write_log(&answer);
    return answer;
}
