/* A PKCS#11 module for tests that forwards every call to the module in P11_SHIM_TARGET and carries out the faults of
 * the plan in P11_SHIM_PLAN. P11_SHIM_LOG names the file that tells of every call. Nothing of a PIN is ever logged. */
#include "shim.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define EXPORTED __attribute__((visibility("default")))

/* `target` is the module; `faulty` is the same but for the functions in which a single fault can be played. */
CK_FUNCTION_LIST target;
static CK_FUNCTION_LIST faulty;

#define F(name, needs, parameters, arguments, question) EXPORTED CK_RV name parameters;
#include "functions.h"
#undef F

static CK_FUNCTION_LIST offered = {
    {2, 40},
#define F(name, needs, parameters, arguments, question) name,
#include "functions.h"
#undef F
};

static CK_RV offer_functions(CK_FUNCTION_LIST **list)
{
    *list = &offered;
    return CKR_OK;
}

static int load(void)
{
    const char *path = getenv("P11_SHIM_TARGET");
    void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    void *found = library ? dlsym(library, "C_GetFunctionList") : NULL;
    CK_RV (*get_list)(CK_FUNCTION_LIST **);
    CK_FUNCTION_LIST *list;
    memcpy(&get_list, &found, sizeof get_list); /* ISO C has no cast from a pointer to data to one to a function */
    if (!found || get_list(&list) != CKR_OK) {
        fprintf(stderr, "shim: no PKCS#11 module behind P11_SHIM_TARGET: %s\n", path ? path : "it is not set");
        return 0;
    }
    target = faulty = *list;
    faulty.C_GetFunctionList = offer_functions;
    faulty.C_GetSlotList = faulty_GetSlotList;
    faulty.C_GetSlotInfo = faulty_GetSlotInfo;
    faulty.C_GetTokenInfo = faulty_GetTokenInfo;
    faulty.C_InitToken = faulty_InitToken;
    faulty.C_InitPIN = faulty_InitPIN;
    faulty.C_SetPIN = faulty_SetPIN;
    faulty.C_Login = faulty_Login;
    faulty.C_FindObjectsInit = faulty_FindObjectsInit;
    faulty.C_FindObjects = faulty_FindObjects;
    faulty.C_GetAttributeValue = faulty_GetAttributeValue;
    faulty.C_GenerateKeyPair = faulty_GenerateKeyPair;
    faulty.C_Sign = faulty_Sign;
    return 1;
}

#define F(name, needs, parameters, arguments, question)         \
    CK_RV name parameters                                       \
    {                                                           \
        if (!faulty.name && !load()) return CKR_GENERAL_ERROR;  \
        CK_RV answer = call_begins(AT_##name, needs, question); \
        if (answer == PROCEED) answer = faulty.name arguments;  \
        return call_ends(answer);                               \
    }
#include "functions.h"
#undef F
