"""Persian models in native torch: load, predict, save, publish.

Importing this package imports nothing heavy; torch comes with the first name that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hezar_registry.lazy import attach

if TYPE_CHECKING:
    from hezar_config import ModelConfig as ModelConfig
    from hezar_data.audio.whisper import WhisperFeatureExtractor as WhisperFeatureExtractor
    from hezar_data.configs.audio import WhisperFeatureExtractorConfig as WhisperFeatureExtractorConfig
    from hezar_data.configs.images import CraftImageProcessorConfig as CraftImageProcessorConfig
    from hezar_data.configs.tokenizers import WhisperBPEConfig as WhisperBPEConfig
    from hezar_data.images.craft_image_processor import CraftImageProcessor as CraftImageProcessor
    from hezar_data.tokenizers.whisper import WhisperBPETokenizer as WhisperBPETokenizer
    from hezar_models.architectures.bert.backbone import BERT as BERT
    from hezar_models.architectures.bert.config import BERTConfig as BERTConfig
    from hezar_models.architectures.bert.config import BertMaskFillingConfig as BertMaskFillingConfig
    from hezar_models.architectures.bert.config import BertSequenceLabelingConfig as BertSequenceLabelingConfig
    from hezar_models.architectures.bert.config import BertTextClassificationConfig as BertTextClassificationConfig
    from hezar_models.architectures.bert.mask_filling import BertMaskFilling as BertMaskFilling
    from hezar_models.architectures.bert.sequence_labeling import BertSequenceLabeling as BertSequenceLabeling
    from hezar_models.architectures.bert.text_classification import BertTextClassification as BertTextClassification
    from hezar_models.architectures.craft.config import CraftTextDetectionConfig as CraftTextDetectionConfig
    from hezar_models.architectures.crnn.config import CRNNImage2TextConfig as CRNNImage2TextConfig
    from hezar_models.architectures.distilbert.backbone import DistilBERT as DistilBERT
    from hezar_models.architectures.distilbert.config import DistilBERTConfig as DistilBERTConfig
    from hezar_models.architectures.distilbert.config import DistilBertMaskFillingConfig as DistilBertMaskFillingConfig
    from hezar_models.architectures.distilbert.config import (
        DistilBertSequenceLabelingConfig as DistilBertSequenceLabelingConfig,
    )
    from hezar_models.architectures.distilbert.config import (
        DistilBertTextClassificationConfig as DistilBertTextClassificationConfig,
    )
    from hezar_models.architectures.distilbert.mask_filling import DistilBertMaskFilling as DistilBertMaskFilling
    from hezar_models.architectures.distilbert.sequence_labeling import (
        DistilBertSequenceLabeling as DistilBertSequenceLabeling,
    )
    from hezar_models.architectures.distilbert.text_classification import (
        DistilBertTextClassification as DistilBertTextClassification,
    )
    from hezar_models.architectures.gpt2.config import GPT2TextGenerationConfig as GPT2TextGenerationConfig
    from hezar_models.architectures.gpt2.text_generation import GPT2TextGeneration as GPT2TextGeneration
    from hezar_models.architectures.roberta.backbone import RoBERTa as RoBERTa
    from hezar_models.architectures.roberta.config import RoBERTaConfig as RoBERTaConfig
    from hezar_models.architectures.roberta.config import RobertaMaskFillingConfig as RobertaMaskFillingConfig
    from hezar_models.architectures.roberta.config import RobertaSequenceLabelingConfig as RobertaSequenceLabelingConfig
    from hezar_models.architectures.roberta.config import (
        RobertaTextClassificationConfig as RobertaTextClassificationConfig,
    )
    from hezar_models.architectures.roberta.mask_filling import RobertaMaskFilling as RobertaMaskFilling
    from hezar_models.architectures.roberta.sequence_labeling import RobertaSequenceLabeling as RobertaSequenceLabeling
    from hezar_models.architectures.roberta.text_classification import (
        RobertaTextClassification as RobertaTextClassification,
    )
    from hezar_models.architectures.t5.config import T5TextGenerationConfig as T5TextGenerationConfig
    from hezar_models.architectures.t5.text_generation import T5TextGeneration as T5TextGeneration
    from hezar_models.architectures.vision_encoder_decoder.config import (
        BeitRobertaImage2TextConfig as BeitRobertaImage2TextConfig,
    )
    from hezar_models.architectures.vision_encoder_decoder.config import TrOCRImage2TextConfig as TrOCRImage2TextConfig
    from hezar_models.architectures.vision_encoder_decoder.config import (
        ViTGPT2Image2TextConfig as ViTGPT2Image2TextConfig,
    )
    from hezar_models.architectures.vision_encoder_decoder.config import (
        ViTRobertaImage2TextConfig as ViTRobertaImage2TextConfig,
    )
    from hezar_models.architectures.vision_encoder_decoder.image2text import (
        BeitRobertaImage2Text as BeitRobertaImage2Text,
    )
    from hezar_models.architectures.vision_encoder_decoder.image2text import TrOCRImage2Text as TrOCRImage2Text
    from hezar_models.architectures.vision_encoder_decoder.image2text import ViTGPT2Image2Text as ViTGPT2Image2Text
    from hezar_models.architectures.vision_encoder_decoder.image2text import (
        ViTRobertaImage2Text as ViTRobertaImage2Text,
    )
    from hezar_models.architectures.vit.backbone import ViT as ViT
    from hezar_models.architectures.vit.config import ViTConfig as ViTConfig
    from hezar_models.architectures.whisper.config import (
        WhisperSpeechRecognitionConfig as WhisperSpeechRecognitionConfig,
    )
    from hezar_models.architectures.whisper.config import (
        WhisperSpeechRecognitionGenerationConfig as WhisperSpeechRecognitionGenerationConfig,
    )
    from hezar_models.architectures.whisper.speech_recognition import (
        WhisperSpeechRecognition as WhisperSpeechRecognition,
    )
    from hezar_models.embeddings.config import FastTextConfig as FastTextConfig
    from hezar_models.embeddings.config import Word2VecConfig as Word2VecConfig
    from hezar_models.embeddings.embedding import Embedding as Embedding
    from hezar_models.embeddings.fasttext import FastText as FastText
    from hezar_models.embeddings.vector_files import read_vectors as read_vectors
    from hezar_models.embeddings.vector_index import VectorIndex as VectorIndex
    from hezar_models.embeddings.vectors import WordVectors as WordVectors
    from hezar_models.embeddings.word2vec import Word2Vec as Word2Vec
    from hezar_models.errors import ForkedProcessError as ForkedProcessError
    from hezar_models.errors import LogitsError as LogitsError
    from hezar_models.errors import OutputFieldError as OutputFieldError
    from hezar_models.errors import UnsafeWeightsError as UnsafeWeightsError
    from hezar_models.errors import WeightsError as WeightsError
    from hezar_models.errors import WeightsFileError as WeightsFileError
    from hezar_models.errors import WeightsMismatchError as WeightsMismatchError
    from hezar_models.model import Model as Model
    from hezar_models.outputs import Image2TextOutput as Image2TextOutput
    from hezar_models.outputs import MaskFillingOutput as MaskFillingOutput
    from hezar_models.outputs import ModelOutput as ModelOutput
    from hezar_models.outputs import SequenceLabelingOutput as SequenceLabelingOutput
    from hezar_models.outputs import SpeechRecognitionOutput as SpeechRecognitionOutput
    from hezar_models.outputs import TextClassificationOutput as TextClassificationOutput
    from hezar_models.outputs import TextDetectionOutput as TextDetectionOutput
    from hezar_models.outputs import TextGenerationOutput as TextGenerationOutput
    from hezar_models.prediction.examples import Example as Example
    from hezar_models.prediction.examples import Parts as Parts
    from hezar_models.repos.state_dict import get_state_dict_from_hub as get_state_dict_from_hub
    from hezar_models.weights.matching import LoadReport as LoadReport
    from hezar_registry import build_model as build_model
    from hezar_registry import register_model as register_model

_EXPORTS = {
    "ModelConfig": "hezar_config",
    "WhisperFeatureExtractor": "hezar_data.audio.whisper",
    "WhisperFeatureExtractorConfig": "hezar_data.configs.audio",
    "CraftImageProcessorConfig": "hezar_data.configs.images",
    "WhisperBPEConfig": "hezar_data.configs.tokenizers",
    "CraftImageProcessor": "hezar_data.images.craft_image_processor",
    "WhisperBPETokenizer": "hezar_data.tokenizers.whisper",
    "BERT": "hezar_models.architectures.bert.backbone",
    "BERTConfig": "hezar_models.architectures.bert.config",
    "BertMaskFillingConfig": "hezar_models.architectures.bert.config",
    "BertSequenceLabelingConfig": "hezar_models.architectures.bert.config",
    "BertTextClassificationConfig": "hezar_models.architectures.bert.config",
    "BertMaskFilling": "hezar_models.architectures.bert.mask_filling",
    "BertSequenceLabeling": "hezar_models.architectures.bert.sequence_labeling",
    "RoBERTa": "hezar_models.architectures.roberta.backbone",
    "RobertaMaskFilling": "hezar_models.architectures.roberta.mask_filling",
    "RobertaSequenceLabeling": "hezar_models.architectures.roberta.sequence_labeling",
    "RobertaTextClassification": "hezar_models.architectures.roberta.text_classification",
    "DistilBERT": "hezar_models.architectures.distilbert.backbone",
    "DistilBertMaskFilling": "hezar_models.architectures.distilbert.mask_filling",
    "DistilBertSequenceLabeling": "hezar_models.architectures.distilbert.sequence_labeling",
    "DistilBertTextClassification": "hezar_models.architectures.distilbert.text_classification",
    "BertTextClassification": "hezar_models.architectures.bert.text_classification",
    "CraftTextDetectionConfig": "hezar_models.architectures.craft.config",
    "CRNNImage2TextConfig": "hezar_models.architectures.crnn.config",
    "DistilBERTConfig": "hezar_models.architectures.distilbert.config",
    "DistilBertMaskFillingConfig": "hezar_models.architectures.distilbert.config",
    "DistilBertSequenceLabelingConfig": "hezar_models.architectures.distilbert.config",
    "DistilBertTextClassificationConfig": "hezar_models.architectures.distilbert.config",
    "GPT2TextGenerationConfig": "hezar_models.architectures.gpt2.config",
    "GPT2TextGeneration": "hezar_models.architectures.gpt2.text_generation",
    "RoBERTaConfig": "hezar_models.architectures.roberta.config",
    "RobertaMaskFillingConfig": "hezar_models.architectures.roberta.config",
    "RobertaSequenceLabelingConfig": "hezar_models.architectures.roberta.config",
    "RobertaTextClassificationConfig": "hezar_models.architectures.roberta.config",
    "T5TextGenerationConfig": "hezar_models.architectures.t5.config",
    "T5TextGeneration": "hezar_models.architectures.t5.text_generation",
    "BeitRobertaImage2TextConfig": "hezar_models.architectures.vision_encoder_decoder.config",
    "TrOCRImage2TextConfig": "hezar_models.architectures.vision_encoder_decoder.config",
    "ViTGPT2Image2TextConfig": "hezar_models.architectures.vision_encoder_decoder.config",
    "ViTRobertaImage2TextConfig": "hezar_models.architectures.vision_encoder_decoder.config",
    "BeitRobertaImage2Text": "hezar_models.architectures.vision_encoder_decoder.image2text",
    "TrOCRImage2Text": "hezar_models.architectures.vision_encoder_decoder.image2text",
    "ViTGPT2Image2Text": "hezar_models.architectures.vision_encoder_decoder.image2text",
    "ViTRobertaImage2Text": "hezar_models.architectures.vision_encoder_decoder.image2text",
    "ViT": "hezar_models.architectures.vit.backbone",
    "ViTConfig": "hezar_models.architectures.vit.config",
    "WhisperSpeechRecognitionConfig": "hezar_models.architectures.whisper.config",
    "WhisperSpeechRecognitionGenerationConfig": "hezar_models.architectures.whisper.config",
    "WhisperSpeechRecognition": "hezar_models.architectures.whisper.speech_recognition",
    "FastTextConfig": "hezar_models.embeddings.config",
    "Word2VecConfig": "hezar_models.embeddings.config",
    "Embedding": "hezar_models.embeddings.embedding",
    "FastText": "hezar_models.embeddings.fasttext",
    "read_vectors": "hezar_models.embeddings.vector_files",
    "VectorIndex": "hezar_models.embeddings.vector_index",
    "WordVectors": "hezar_models.embeddings.vectors",
    "Word2Vec": "hezar_models.embeddings.word2vec",
    "ForkedProcessError": "hezar_models.errors",
    "LogitsError": "hezar_models.errors",
    "OutputFieldError": "hezar_models.errors",
    "UnsafeWeightsError": "hezar_models.errors",
    "WeightsError": "hezar_models.errors",
    "WeightsFileError": "hezar_models.errors",
    "WeightsMismatchError": "hezar_models.errors",
    "Model": "hezar_models.model",
    "Image2TextOutput": "hezar_models.outputs",
    "MaskFillingOutput": "hezar_models.outputs",
    "ModelOutput": "hezar_models.outputs",
    "SequenceLabelingOutput": "hezar_models.outputs",
    "SpeechRecognitionOutput": "hezar_models.outputs",
    "TextClassificationOutput": "hezar_models.outputs",
    "TextDetectionOutput": "hezar_models.outputs",
    "TextGenerationOutput": "hezar_models.outputs",
    "Example": "hezar_models.prediction.examples",
    "Parts": "hezar_models.prediction.examples",
    "get_state_dict_from_hub": "hezar_models.repos.state_dict",
    "LoadReport": "hezar_models.weights.matching",
    "build_model": "hezar_registry",
    "register_model": "hezar_registry",
}

if not TYPE_CHECKING:  # a checker that saw this would know none of the names
    __getattr__, __dir__, __all__ = attach(__name__, _EXPORTS)
