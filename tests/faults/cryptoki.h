/* What the shim needs of PKCS#11 2.40: types, constants, the list of functions. All functions take what the standard
 * names by other words as well: every handle, number and flag is a CK_ULONG. */
#ifndef CRYPTOKI_H
#define CRYPTOKI_H

typedef unsigned char CK_BYTE;
typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;

typedef struct {
    CK_BYTE major, minor;
} CK_VERSION;

typedef struct {
    CK_ULONG type;
    void *value;
    CK_ULONG length;
} CK_ATTRIBUTE;

typedef struct {
    CK_BYTE description[64], manufacturer[32];
    CK_ULONG flags;
    CK_VERSION hardware, firmware;
} CK_SLOT_INFO;

typedef struct {
    CK_BYTE label[32], manufacturer[32], model[16], serial[16];
    CK_ULONG flags, sessions[4], longest_pin, shortest_pin, memory[4];
    CK_VERSION hardware, firmware;
    CK_BYTE utc[16];
} CK_TOKEN_INFO;

typedef struct {
    CK_ULONG slot, state, flags, device_error;
} CK_SESSION_INFO;

enum { CKR_OK = 0x00, CKR_GENERAL_ERROR = 0x05, CKR_ATTRIBUTE_TYPE_INVALID = 0x12, CKR_FUNCTION_CANCELED = 0x50 };
enum { CKR_PIN_INCORRECT = 0xA0, CKR_PIN_LOCKED = 0xA4, CKR_TOKEN_NOT_PRESENT = 0xE0, CKR_BUFFER_TOO_SMALL = 0x150 };
enum { CKA_CLASS = 0x000, CKA_TOKEN = 0x001, CKA_PRIVATE = 0x002, CKA_LABEL = 0x003, CKA_ID = 0x102 };
enum { CKA_MODIFIABLE = 0x170, CKO_DATA = 0, CKU_SO = 0, CKS_RW_SO_FUNCTIONS = 4 };
enum { CKF_TOKEN_PRESENT = 0x1, CKF_PROTECTED_AUTHENTICATION_PATH = 0x100 };
enum { CKF_USER_PIN_COUNT_LOW = 0x10000, CKF_USER_PIN_FINAL_TRY = 0x20000, CKF_USER_PIN_LOCKED = 0x40000 };
enum { SO_FLAGS_LEFT_OF_USER_FLAGS = 4 };
#define UNAVAILABLE (~0UL)

typedef struct CK_FUNCTION_LIST {
    CK_VERSION version;
#define F(name, needs, parameters, arguments, question) CK_RV(*name) parameters;
#include "functions.h"
#undef F
} CK_FUNCTION_LIST;

enum function {
#define F(name, needs, parameters, arguments, question) AT_##name,
#include "functions.h"
#undef F
    FUNCTIONS
};

/* What a function cannot do without. */
enum needs { MODULE, TOKEN, SESSION };

#endif
