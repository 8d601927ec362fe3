/* The plan of faults that the shim carries out: read, counted, struck, logged. Its text form is told in plan.py. */
#ifndef PLAN_H
#define PLAN_H

#include <stddef.h>

#include "cryptoki.h"

enum what {
    ERROR, HANG, KILL, SEGV, ABSENT,              /* of any function */
    TORN, EMPTY_ID, DOUBLE,                       /* of C_GenerateKeyPair */
    SERIAL, FLAGS,                                /* of C_GetTokenInfo */
    FLOOD, GARBAGE, SHORT_READ, WRONG_SIGNATURE,  /* of C_FindObjectsInit, C_GetAttributeValue, C_Sign */
    FAULTS
};

enum whose { SO_PIN, USER_PIN, NEW_PIN, PINS };

struct fault {
    int function, onwards, counted_by_plan, after;
    unsigned long nth;
    enum what what;
    char word[40], text[40]; /* what follows the kind of fault */
};

struct pin {
    CK_BYTE octets[128];
    CK_ULONG length;
};

struct plan {
    char id[40];
    struct fault faults[64];
    size_t count;
    CK_ULONG tries_allowed[PINS]; /* 0: the target alone counts */
    int pinpad;
    struct pin typed[PINS]; /* at the pinpad; of no octets: nobody types */
};

extern struct plan plan;

/* Starts a call: reads the plan where it has changed, counts, and strikes with what is planned before it. Answers
 * PROCEED, or the return code without which the target is not to be called. */
#define PROCEED (~0UL)
CK_RV call_begins(enum function function, enum needs needs, int question);

/* The fault of this kind that is planned for the present call, or NULL; one that is answered counts as struck. */
const struct fault *strikes(enum what what);

/* The same for a fault of one attribute. */
const struct fault *strikes_attribute(enum what what, CK_ULONG attribute);

/* Ends a call that the target or the shim has answered: strikes with what is planned after it, writes the log. */
CK_RV call_ends(CK_RV answer);

/* Whether the token has been taken away, and what functions that need a session answer since then. */
int token_is_gone(CK_RV *code);

/* A number of the plan: decimal, or hexadecimal with 0x. */
CK_ULONG number(const char *word);

/* Octets from hexadecimal digits; answers how many. */
CK_ULONG octets(const char *word, CK_BYTE *out, size_t room);

/* The wrong tries that each PIN has seen. They outlive worker and plan, as those of a token do. */
CK_ULONG *wrong_tries(void);

#endif
