/* The functions of PKCS#11 2.40 in the order of CK_FUNCTION_LIST, for F(name, needs, parameters, arguments, question).
 * `question` holds where the caller only asks how long the answer would be: such a call does nothing and is not counted.
 */
F(C_Initialize, MODULE, (void *options), (options), 0)
F(C_Finalize, MODULE, (void *reserved), (reserved), 0)
F(C_GetInfo, MODULE, (void *info), (info), 0)
F(C_GetFunctionList, MODULE, (struct CK_FUNCTION_LIST **list), (list), 0)
F(C_GetSlotList, MODULE, (CK_BYTE present, CK_ULONG *slots, CK_ULONG *count), (present, slots, count), !slots)
F(C_GetSlotInfo, MODULE, (CK_ULONG slot, CK_SLOT_INFO *info), (slot, info), 0)
F(C_GetTokenInfo, TOKEN, (CK_ULONG slot, CK_TOKEN_INFO *info), (slot, info), 0)
F(C_GetMechanismList, TOKEN, (CK_ULONG slot, CK_ULONG *list, CK_ULONG *count), (slot, list, count), !list)
F(C_GetMechanismInfo, TOKEN, (CK_ULONG slot, CK_ULONG type, void *info), (slot, type, info), 0)
F(C_InitToken, TOKEN, (CK_ULONG slot, void *pin, CK_ULONG length, void *label), (slot, pin, length, label), 0)
F(C_InitPIN, SESSION, (CK_ULONG session, void *pin, CK_ULONG length), (session, pin, length), 0)
F(C_SetPIN, SESSION, (CK_ULONG session, void *old, CK_ULONG old_length, void *new, CK_ULONG new_length),
  (session, old, old_length, new, new_length), 0)
F(C_OpenSession, TOKEN, (CK_ULONG slot, CK_ULONG flags, void *application, void *notify, CK_ULONG *session),
  (slot, flags, application, notify, session), 0)
F(C_CloseSession, SESSION, (CK_ULONG session), (session), 0)
F(C_CloseAllSessions, TOKEN, (CK_ULONG slot), (slot), 0)
F(C_GetSessionInfo, SESSION, (CK_ULONG session, CK_SESSION_INFO *info), (session, info), 0)
F(C_GetOperationState, SESSION, (CK_ULONG session, void *state, CK_ULONG *length), (session, state, length), !state)
F(C_SetOperationState, SESSION,
  (CK_ULONG session, void *state, CK_ULONG length, CK_ULONG encryption_key, CK_ULONG authentication_key),
  (session, state, length, encryption_key, authentication_key), 0)
F(C_Login, SESSION, (CK_ULONG session, CK_ULONG user, void *pin, CK_ULONG length), (session, user, pin, length), 0)
F(C_Logout, SESSION, (CK_ULONG session), (session), 0)
F(C_CreateObject, SESSION, (CK_ULONG session, CK_ATTRIBUTE *template, CK_ULONG count, CK_ULONG *object),
  (session, template, count, object), 0)
F(C_CopyObject, SESSION,
  (CK_ULONG session, CK_ULONG object, CK_ATTRIBUTE *template, CK_ULONG count, CK_ULONG *copy),
  (session, object, template, count, copy), 0)
F(C_DestroyObject, SESSION, (CK_ULONG session, CK_ULONG object), (session, object), 0)
F(C_GetObjectSize, SESSION, (CK_ULONG session, CK_ULONG object, CK_ULONG *size), (session, object, size), 0)
F(C_GetAttributeValue, SESSION, (CK_ULONG session, CK_ULONG object, CK_ATTRIBUTE *template, CK_ULONG count),
  (session, object, template, count), 0)
F(C_SetAttributeValue, SESSION, (CK_ULONG session, CK_ULONG object, CK_ATTRIBUTE *template, CK_ULONG count),
  (session, object, template, count), 0)
F(C_FindObjectsInit, SESSION, (CK_ULONG session, CK_ATTRIBUTE *template, CK_ULONG count), (session, template, count), 0)
F(C_FindObjects, SESSION, (CK_ULONG session, CK_ULONG *objects, CK_ULONG room, CK_ULONG *count),
  (session, objects, room, count), 0)
F(C_FindObjectsFinal, SESSION, (CK_ULONG session), (session), 0)
F(C_EncryptInit, SESSION, (CK_ULONG session, void *mechanism, CK_ULONG key), (session, mechanism, key), 0)
F(C_Encrypt, SESSION, (CK_ULONG session, void *data, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, data, length, out, out_length), !out)
F(C_EncryptUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, part, length, out, out_length), !out)
F(C_EncryptFinal, SESSION, (CK_ULONG session, void *out, CK_ULONG *out_length), (session, out, out_length), !out)
F(C_DecryptInit, SESSION, (CK_ULONG session, void *mechanism, CK_ULONG key), (session, mechanism, key), 0)
F(C_Decrypt, SESSION, (CK_ULONG session, void *data, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, data, length, out, out_length), !out)
F(C_DecryptUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, part, length, out, out_length), !out)
F(C_DecryptFinal, SESSION, (CK_ULONG session, void *out, CK_ULONG *out_length), (session, out, out_length), !out)
F(C_DigestInit, SESSION, (CK_ULONG session, void *mechanism), (session, mechanism), 0)
F(C_Digest, SESSION, (CK_ULONG session, void *data, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, data, length, out, out_length), !out)
F(C_DigestUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length), (session, part, length), 0)
F(C_DigestKey, SESSION, (CK_ULONG session, CK_ULONG key), (session, key), 0)
F(C_DigestFinal, SESSION, (CK_ULONG session, void *out, CK_ULONG *out_length), (session, out, out_length), !out)
F(C_SignInit, SESSION, (CK_ULONG session, void *mechanism, CK_ULONG key), (session, mechanism, key), 0)
F(C_Sign, SESSION, (CK_ULONG session, void *data, CK_ULONG length, CK_BYTE *out, CK_ULONG *out_length),
  (session, data, length, out, out_length), !out)
F(C_SignUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length), (session, part, length), 0)
F(C_SignFinal, SESSION, (CK_ULONG session, CK_BYTE *out, CK_ULONG *out_length), (session, out, out_length), !out)
F(C_SignRecoverInit, SESSION, (CK_ULONG session, void *mechanism, CK_ULONG key), (session, mechanism, key), 0)
F(C_SignRecover, SESSION, (CK_ULONG session, void *data, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, data, length, out, out_length), !out)
F(C_VerifyInit, SESSION, (CK_ULONG session, void *mechanism, CK_ULONG key), (session, mechanism, key), 0)
F(C_Verify, SESSION, (CK_ULONG session, void *data, CK_ULONG length, void *signature, CK_ULONG signature_length),
  (session, data, length, signature, signature_length), 0)
F(C_VerifyUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length), (session, part, length), 0)
F(C_VerifyFinal, SESSION, (CK_ULONG session, void *signature, CK_ULONG length), (session, signature, length), 0)
F(C_VerifyRecoverInit, SESSION, (CK_ULONG session, void *mechanism, CK_ULONG key), (session, mechanism, key), 0)
F(C_VerifyRecover, SESSION, (CK_ULONG session, void *signature, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, signature, length, out, out_length), !out)
F(C_DigestEncryptUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, part, length, out, out_length), !out)
F(C_DecryptDigestUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, part, length, out, out_length), !out)
F(C_SignEncryptUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, part, length, out, out_length), !out)
F(C_DecryptVerifyUpdate, SESSION, (CK_ULONG session, void *part, CK_ULONG length, void *out, CK_ULONG *out_length),
  (session, part, length, out, out_length), !out)
F(C_GenerateKey, SESSION,
  (CK_ULONG session, void *mechanism, CK_ATTRIBUTE *template, CK_ULONG count, CK_ULONG *key),
  (session, mechanism, template, count, key), 0)
F(C_GenerateKeyPair, SESSION,
  (CK_ULONG session, void *mechanism, CK_ATTRIBUTE *public, CK_ULONG public_count, CK_ATTRIBUTE *private,
   CK_ULONG private_count, CK_ULONG *public_key, CK_ULONG *private_key),
  (session, mechanism, public, public_count, private, private_count, public_key, private_key), 0)
F(C_WrapKey, SESSION,
  (CK_ULONG session, void *mechanism, CK_ULONG wrapping_key, CK_ULONG key, void *out, CK_ULONG *out_length),
  (session, mechanism, wrapping_key, key, out, out_length), !out)
F(C_UnwrapKey, SESSION,
  (CK_ULONG session, void *mechanism, CK_ULONG unwrapping_key, void *wrapped, CK_ULONG length, CK_ATTRIBUTE *template,
   CK_ULONG count, CK_ULONG *key),
  (session, mechanism, unwrapping_key, wrapped, length, template, count, key), 0)
F(C_DeriveKey, SESSION,
  (CK_ULONG session, void *mechanism, CK_ULONG base_key, CK_ATTRIBUTE *template, CK_ULONG count, CK_ULONG *key),
  (session, mechanism, base_key, template, count, key), 0)
F(C_SeedRandom, SESSION, (CK_ULONG session, void *seed, CK_ULONG length), (session, seed, length), 0)
F(C_GenerateRandom, SESSION, (CK_ULONG session, void *out, CK_ULONG length), (session, out, length), 0)
F(C_GetFunctionStatus, SESSION, (CK_ULONG session), (session), 0)
F(C_CancelFunction, SESSION, (CK_ULONG session), (session), 0)
F(C_WaitForSlotEvent, MODULE, (CK_ULONG flags, CK_ULONG *slot, void *reserved), (flags, slot, reserved), 0)
