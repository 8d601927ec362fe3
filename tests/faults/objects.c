/* Faults of objects: pairs torn, doubled or without an id, ten thousand objects, attributes that do not read. */
#include <string.h>

#include "plan.h"
#include "shim.h"

enum { LONGEST_TEMPLATE = 64 };

/* Handles of objects that do not exist. They read as the first object that does, or as a data object. */
#define FIRST_PHANTOM 0x70000000UL
static struct {
    CK_ULONG left, next, like;
    int as_data;
} flood;

CK_RV faulty_FindObjectsInit(CK_ULONG session, CK_ATTRIBUTE *template, CK_ULONG count)
{
    CK_RV answer = target.C_FindObjectsInit(session, template, count);
    const struct fault *fault;
    flood.left = 0;
    /* A search for something of its own finds what is there; the phantoms show in what lists everything. */
    if (answer == CKR_OK && !count && (fault = strikes(FLOOD))) {
        flood.left = number(fault->word);
        flood.as_data = !strcmp(fault->text, "data");
        flood.like = flood.next = 0;
    }
    return answer;
}

CK_RV faulty_FindObjects(CK_ULONG session, CK_ULONG *objects, CK_ULONG room, CK_ULONG *count)
{
    CK_RV code, answer = target.C_FindObjects(session, objects, room, count);
    if (answer != CKR_OK) return answer;
    if (token_is_gone(&code)) *count = 0;
    if (*count && !flood.like) flood.like = objects[0];
    if (*count) return answer;
    for (; flood.left && *count < room; flood.left--) objects[(*count)++] = FIRST_PHANTOM + flood.next++;
    return answer;
}

static CK_RV read_phantom(CK_ATTRIBUTE *template, CK_ULONG count)
{
    static const CK_ULONG class = CKO_DATA;
    static const CK_BYTE yes = 1, no = 0;
    static const char label[] = "phantom";
    const CK_ATTRIBUTE own[] = {
        {CKA_CLASS, (void *)&class, sizeof class}, {CKA_TOKEN, (void *)&yes, 1},      {CKA_PRIVATE, (void *)&no, 1},
        {CKA_MODIFIABLE, (void *)&no, 1},          {CKA_LABEL, (void *)label, sizeof label - 1},
    };
    CK_RV answer = CKR_OK;
    for (CK_ATTRIBUTE *wanted = template; wanted < template + count; wanted++) {
        const CK_ATTRIBUTE *found = NULL;
        for (size_t place = 0; place < sizeof own / sizeof *own; place++)
            if (own[place].type == wanted->type) found = &own[place];
        CK_RV code = !found ? CKR_ATTRIBUTE_TYPE_INVALID : CKR_OK;
        if (found && wanted->value && wanted->length < found->length) code = CKR_BUFFER_TOO_SMALL;
        if (code == CKR_OK && wanted->value) memcpy(wanted->value, found->value, found->length);
        wanted->length = code == CKR_OK ? found->length : UNAVAILABLE;
        if (code != CKR_OK) answer = code;
    }
    return answer;
}

CK_RV faulty_GetAttributeValue(CK_ULONG session, CK_ULONG object, CK_ATTRIBUTE *template, CK_ULONG count)
{
    int phantom = object >= FIRST_PHANTOM && object < FIRST_PHANTOM + flood.next;
    if (phantom && (flood.as_data || !flood.like)) return read_phantom(template, count);
    CK_RV answer = target.C_GetAttributeValue(session, phantom ? flood.like : object, template, count);
    const struct fault *fault;
    for (CK_ATTRIBUTE *read = template; read < template + count; read++) {
        if ((fault = strikes_attribute(GARBAGE, read->type))) {
            read->length = UNAVAILABLE;
            answer = number(fault->text);
        }
        if (read->value && read->length != UNAVAILABLE && strikes_attribute(SHORT_READ, read->type)) read->length /= 2;
    }
    return answer;
}

static CK_ULONG without_id(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE *copy)
{
    CK_ULONG copied = 0;
    for (CK_ULONG place = 0; place < count && copied < LONGEST_TEMPLATE; place++)
        if (template[place].type != CKA_ID) copy[copied++] = template[place];
    return copied;
}

CK_RV faulty_GenerateKeyPair(CK_ULONG session, void *mechanism, CK_ATTRIBUTE *public, CK_ULONG public_count,
                             CK_ATTRIBUTE *private, CK_ULONG private_count, CK_ULONG *public_key,
                             CK_ULONG *private_key)
{
    CK_ATTRIBUTE nameless_public[LONGEST_TEMPLATE], nameless_private[LONGEST_TEMPLATE];
    const struct fault *fault = strikes(EMPTY_ID);
    /* Keys are made unmodifiable: an id cannot be taken from them later, so they never get one. */
    if (fault && strcmp(fault->word, "private")) {
        public_count = without_id(public, public_count, nameless_public);
        public = nameless_public;
    }
    if (fault && strcmp(fault->word, "public")) {
        private_count = without_id(private, private_count, nameless_private);
        private = nameless_private;
    }
    CK_RV answer = target.C_GenerateKeyPair(session, mechanism, public, public_count, private, private_count,
                                            public_key, private_key);
    if (answer != CKR_OK) return answer;
    CK_ULONG second_public, second_private;
    if (strikes(DOUBLE))
        answer = target.C_GenerateKeyPair(session, mechanism, public, public_count, private, private_count,
                                          &second_public, &second_private);
    if ((fault = strikes(TORN)))
        answer = target.C_DestroyObject(session, strcmp(fault->word, "public") ? *private_key : *public_key);
    return answer;
}

CK_RV faulty_Sign(CK_ULONG session, void *data, CK_ULONG length, CK_BYTE *out, CK_ULONG *out_length)
{
    CK_RV answer = target.C_Sign(session, data, length, out, out_length);
    if (answer == CKR_OK && out && *out_length && strikes(WRONG_SIGNATURE)) out[*out_length - 1] ^= 1;
    return answer;
}
