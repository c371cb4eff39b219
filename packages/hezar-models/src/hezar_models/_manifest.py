"""What hezar-models registers. Read without importing torch.

Entries without a module are names of the published format whose configs this version reads and writes, and whose
networks it does not have yet.
"""

from hezar_registry import Entry

_ARCHITECTURES = "hezar_models.architectures"


def _model(name: str, folder: str, class_name: str, task: str, description: str, file: str | None = None,
           aliases: tuple[str, ...] = ()) -> Entry:  # fmt: skip
    package = f"{_ARCHITECTURES}.{folder}"
    return Entry(
        kind="model",
        name=name,
        config=f"{package}.config:{class_name}Config",
        module=f"{package}.{file}:{class_name}" if file else None,
        description=description,
        task=task,
        aliases=aliases,
    )


MANIFEST = [
    _model("bert", "bert", "BERT", "backbone", "BERT encoder", "backbone", ("bert_lm",)),
    _model("bert_mask_filling", "bert", "BertMaskFilling", "mask_filling", "BERT that fills masks", "mask_filling"),
    _model("bert_text_classification", "bert", "BertTextClassification", "text_classification",
           "BERT that classifies texts", "text_classification"),
    _model("bert_sequence_labeling", "bert", "BertSequenceLabeling", "sequence_labeling", "BERT that labels tokens",
           "sequence_labeling"),
    _model("roberta", "roberta", "RoBERTa", "backbone", "RoBERTa encoder", "backbone", ("roberta_lm",)),
    _model("roberta_mask_filling", "roberta", "RobertaMaskFilling", "mask_filling", "RoBERTa that fills masks",
           "mask_filling"),
    _model("roberta_text_classification", "roberta", "RobertaTextClassification", "text_classification",
           "RoBERTa that classifies texts", "text_classification"),
    _model("roberta_sequence_labeling", "roberta", "RobertaSequenceLabeling", "sequence_labeling",
           "RoBERTa that labels tokens", "sequence_labeling"),
    _model("distilbert", "distilbert", "DistilBERT", "backbone", "DistilBERT encoder", "backbone", ("distilbert_lm",)),
    _model("distilbert_mask_filling", "distilbert", "DistilBertMaskFilling", "mask_filling",
           "DistilBERT that fills masks", "mask_filling"),
    _model("distilbert_text_classification", "distilbert", "DistilBertTextClassification", "text_classification",
           "DistilBERT that classifies texts", "text_classification"),
    _model("distilbert_sequence_labeling", "distilbert", "DistilBertSequenceLabeling", "sequence_labeling",
           "DistilBERT that labels tokens", "sequence_labeling"),
    _model("vit", "vit", "ViT", "backbone", "Vision transformer encoder", "backbone"),
    _model("t5_text_generation", "t5", "T5TextGeneration", "text_generation", "T5 that generates text",
           "text_generation", aliases=("t5_text2text",)),
    _model("gpt2_text_generation", "gpt2", "GPT2TextGeneration", "text_generation", "GPT-2 that continues text",
           "text_generation"),
    _model("whisper_speech_recognition", "whisper", "WhisperSpeechRecognition", "speech_recognition",
           "Whisper that transcribes speech", "speech_recognition"),
    _model("trocr_image2text", "vision_encoder_decoder", "TrOCRImage2Text", "image2text",
           "ViT and RoBERTa that read a line of text", "image2text"),
    _model("vit_roberta_image2text", "vision_encoder_decoder", "ViTRobertaImage2Text", "image2text",
           "ViT and RoBERTa that describe an image", "image2text"),
    _model("vit_gpt2_image2text", "vision_encoder_decoder", "ViTGPT2Image2Text", "image2text",
           "ViT and GPT-2 that describe an image", "image2text"),
    _model("beit_roberta_image2text", "vision_encoder_decoder", "BeitRobertaImage2Text", "image2text",
           "BEiT and RoBERTa that describe an image", "image2text"),
    _model("crnn_image2text", "crnn", "CRNNImage2Text", "image2text", "Convolutional and recurrent text-line reader"),
    _model("craft_text_detection", "craft", "CraftTextDetection", "text_detection", "Detector of text boxes"),
    Entry(kind="embedding", name="fasttext", config="hezar_models.embeddings.config:FastTextConfig",
          module="hezar_models.embeddings.fasttext:FastText", description="FastText word vectors"),
    Entry(kind="embedding", name="word2vec", config="hezar_models.embeddings.config:Word2VecConfig",
          module="hezar_models.embeddings.word2vec:Word2Vec", description="Word2vec word vectors", aliases=("word2vec_cbow",)),
]  # fmt: skip
