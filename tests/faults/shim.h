/* The parts of the shim between the entry points and the target: what a planned fault does to a single function. */
#ifndef SHIM_H
#define SHIM_H

#include "cryptoki.h"

/* The functions of the module behind the shim. */
extern CK_FUNCTION_LIST target;

/* objects.c */
CK_RV faulty_FindObjectsInit(CK_ULONG session, CK_ATTRIBUTE *template, CK_ULONG count);
CK_RV faulty_FindObjects(CK_ULONG session, CK_ULONG *objects, CK_ULONG room, CK_ULONG *count);
CK_RV faulty_GetAttributeValue(CK_ULONG session, CK_ULONG object, CK_ATTRIBUTE *template, CK_ULONG count);
CK_RV faulty_GenerateKeyPair(CK_ULONG session, void *mechanism, CK_ATTRIBUTE *public, CK_ULONG public_count,
                             CK_ATTRIBUTE *private, CK_ULONG private_count, CK_ULONG *public_key,
                             CK_ULONG *private_key);
CK_RV faulty_Sign(CK_ULONG session, void *data, CK_ULONG length, CK_BYTE *out, CK_ULONG *out_length);

/* slots.c */
CK_RV faulty_GetSlotList(CK_BYTE present, CK_ULONG *slots, CK_ULONG *count);
CK_RV faulty_GetSlotInfo(CK_ULONG slot, CK_SLOT_INFO *info);
CK_RV faulty_GetTokenInfo(CK_ULONG slot, CK_TOKEN_INFO *info);
CK_RV faulty_InitToken(CK_ULONG slot, void *pin, CK_ULONG length, void *label);
CK_RV faulty_InitPIN(CK_ULONG session, void *pin, CK_ULONG length);
CK_RV faulty_SetPIN(CK_ULONG session, void *old, CK_ULONG old_length, void *new, CK_ULONG new_length);
CK_RV faulty_Login(CK_ULONG session, CK_ULONG user, void *pin, CK_ULONG length);

#endif
