/* Faults of tokens and PINs: taken away, exchanged, flags of one's choice, PINs that lock, a pinpad. */
#include <string.h>

#include "plan.h"
#include "shim.h"

CK_RV faulty_GetSlotList(CK_BYTE present, CK_ULONG *slots, CK_ULONG *count)
{
    CK_RV code;
    if (!present || !token_is_gone(&code)) return target.C_GetSlotList(present, slots, count);
    *count = 0;
    return CKR_OK;
}

CK_RV faulty_GetSlotInfo(CK_ULONG slot, CK_SLOT_INFO *info)
{
    CK_RV answer = target.C_GetSlotInfo(slot, info), code;
    if (answer == CKR_OK && token_is_gone(&code)) info->flags &= ~(CK_ULONG)CKF_TOKEN_PRESENT;
    return answer;
}

static CK_ULONG flags_of_tries(enum whose whose)
{
    CK_ULONG allowed = plan.tries_allowed[whose], wrong = wrong_tries()[whose], flags = 0;
    if (allowed && wrong) flags |= CKF_USER_PIN_COUNT_LOW;
    if (allowed && wrong + 1 == allowed) flags |= CKF_USER_PIN_FINAL_TRY;
    if (allowed && wrong >= allowed) flags |= CKF_USER_PIN_LOCKED;
    return whose == SO_PIN ? flags << SO_FLAGS_LEFT_OF_USER_FLAGS : flags;
}

CK_RV faulty_GetTokenInfo(CK_ULONG slot, CK_TOKEN_INFO *info)
{
    CK_RV answer = target.C_GetTokenInfo(slot, info);
    const struct fault *fault;
    if (answer != CKR_OK) return answer;
    info->flags |= flags_of_tries(SO_PIN) | flags_of_tries(USER_PIN);
    if (plan.pinpad) info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    if ((fault = strikes(FLAGS))) info->flags = (info->flags | number(fault->word)) & ~number(fault->text);
    if ((fault = strikes(SERIAL))) {
        memset(info->serial, ' ', sizeof info->serial);
        octets(fault->word, info->serial, sizeof info->serial);
    }
    return answer;
}

static int is_locked(enum whose whose)
{
    return plan.tries_allowed[whose] && wrong_tries()[whose] >= plan.tries_allowed[whose];
}

static CK_RV count_try(enum whose whose, CK_RV answer)
{
    if (answer == CKR_PIN_INCORRECT) wrong_tries()[whose]++;
    if (answer == CKR_OK) wrong_tries()[whose] = 0;
    return answer;
}

/* At a pinpad a PIN of NULL is the one that the plan has typed in; answers whether there is a PIN. */
static int typed_in(enum whose whose, void **pin, CK_ULONG *length)
{
    if (*pin || !plan.pinpad) return 1;
    *pin = plan.typed[whose].octets;
    *length = plan.typed[whose].length;
    return *length > 0;
}

CK_RV faulty_InitToken(CK_ULONG slot, void *pin, CK_ULONG length, void *label)
{
    if (is_locked(SO_PIN)) return CKR_PIN_LOCKED;
    if (!typed_in(SO_PIN, &pin, &length)) return CKR_FUNCTION_CANCELED;
    CK_RV answer = count_try(SO_PIN, target.C_InitToken(slot, pin, length, label));
    if (answer == CKR_OK) wrong_tries()[USER_PIN] = 0;
    return answer;
}

CK_RV faulty_InitPIN(CK_ULONG session, void *pin, CK_ULONG length)
{
    if (!typed_in(USER_PIN, &pin, &length)) return CKR_FUNCTION_CANCELED;
    CK_RV answer = target.C_InitPIN(session, pin, length);
    if (answer == CKR_OK) wrong_tries()[USER_PIN] = 0;
    return answer;
}

CK_RV faulty_SetPIN(CK_ULONG session, void *old, CK_ULONG old_length, void *new, CK_ULONG new_length)
{
    CK_SESSION_INFO info = {0, 0, 0, 0};
    CK_RV answer = target.C_GetSessionInfo(session, &info);
    enum whose whose = info.state == CKS_RW_SO_FUNCTIONS ? SO_PIN : USER_PIN;
    if (answer != CKR_OK) return answer;
    if (is_locked(whose)) return CKR_PIN_LOCKED;
    if (!typed_in(whose, &old, &old_length) || !typed_in(NEW_PIN, &new, &new_length)) return CKR_FUNCTION_CANCELED;
    return count_try(whose, target.C_SetPIN(session, old, old_length, new, new_length));
}

CK_RV faulty_Login(CK_ULONG session, CK_ULONG user, void *pin, CK_ULONG length)
{
    enum whose whose = user == CKU_SO ? SO_PIN : USER_PIN;
    if (is_locked(whose)) return CKR_PIN_LOCKED;
    if (!typed_in(whose, &pin, &length)) return CKR_FUNCTION_CANCELED;
    return count_try(whose, target.C_Login(session, user, pin, length));
}
